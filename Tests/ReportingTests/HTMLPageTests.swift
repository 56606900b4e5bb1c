import Foundation
import Reporting
import Testing

@Suite struct HTMLPageTests {
    @Test func aPageStandsAloneAndEscapesWhatItIsGiven() {
        var page = HTMLPage(title: "P&L <of> a day")
        page.paragraph("1 < 2 & \"so on\"")
        page.table(["horse", "odds"], [["<b>", "3.5"]], numeric: [1])
        page.chart(Chart(title: "t", xLabel: "x", yLabel: "y", series: [Chart.Series("a", .line, colour: "#000", points: [(0, -1), (2, 3)])]))
        let html = page.html
        #expect(html.contains("P&amp;L &lt;of&gt; a day") && html.contains("1 &lt; 2 &amp; &quot;so on&quot;") && html.contains("<td>&lt;b&gt;</td>"))
        #expect(html.contains("<td class=\"number\">3.5</td>"))
        for foreign in ["http:", "https:", "<script", "<link", "<img"] { #expect(!html.contains(foreign), "nothing from elsewhere: \(foreign)") }
    }

    /// Every number in the drawing is finite and within the picture.
    @Test(arguments: [Chart.Series.Style.line, .points, .bars]) func aChartStaysWithinItsFrame(style: Chart.Series.Style) throws {
        for points in [[(0.0, 0.0)], [(0, 5), (1, -5), (2, 1e6)], [(1e-6, 1e-9), (2e-6, 3e-9)]] as [[(Double, Double)]] {
            let svg = Chart(title: "t", xLabel: "x", yLabel: "y", series: [Chart.Series("s", style, colour: "#000", points: points)]).svg
            #expect(!svg.contains("nan") && !svg.contains("inf"))
            for match in svg.matches(of: /\b(?:cx|x1|x2|x)="(-?[0-9.]+)"/) {
                let x = try #require(Double(match.output.1))
                #expect((0...560).contains(x), "\(match.output.0)")
            }
            for match in svg.matches(of: /\b(?:cy|y1|y2|y)="(-?[0-9.]+)"/) {
                let y = try #require(Double(match.output.1))
                #expect((0...340).contains(y), "\(match.output.0)")
            }
        }
        #expect(Chart(title: "none", xLabel: "", yLabel: "", series: []).svg.contains("nothing to show"))
    }
}
