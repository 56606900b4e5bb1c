import Foundation
import Reporting
import Testing

@Suite struct HTMLPageTests {
    private func lineChart(_ points: [(x: Double, y: Double)]) -> Chart {
        Chart(
            title: "t",
            xLabel: "x",
            yLabel: "y",
            series: [Chart.Series("a", .line, colour: "#000", points: points)]
        )
    }

    @Test func `escapes text and aligns numbers`() {
        var page = HTMLPage(title: "P&L <of> a day")
        page.paragraph("1 < 2 & \"so on\"")
        page.table(["horse", "odds"], [["<b>", "3.5"]], numeric: [1])
        let html = page.html
        #expect(html.contains("<h1>P&amp;L &lt;of&gt; a day</h1>"))
        #expect(html.contains("1 &lt; 2 &amp; &quot;so on&quot;"))
        #expect(html.contains("<td>&lt;b&gt;</td>"))
        #expect(html.contains("<td class=\"number\">3.5</td>"))
    }

    @Test(arguments: ["http:", "https:", "<script", "<link", "<img"])
    func `loads nothing from elsewhere`(_ reference: String) {
        var page = HTMLPage(title: "t")
        page.chart(lineChart([(x: 0, y: -1), (x: 2, y: 3)]))
        #expect(!page.html.contains(reference))
    }

    private static let paths: [[(x: Double, y: Double)]] = [
        [(x: 0, y: 0)],
        [(x: 0, y: 5), (x: 1, y: -5), (x: 2, y: 1e6)],
        [(x: 1e-6, y: 1e-9), (x: 2e-6, y: 3e-9)],
    ]

    @Test(arguments: [Chart.Series.Style.line, .points, .bars])
    func `keeps a chart within its frame`(_ style: Chart.Series.Style) throws {
        for points in Self.paths {
            let series = Chart.Series("s", style, colour: "#000", points: points)
            let svg = Chart(title: "t", xLabel: "x", yLabel: "y", series: [series]).svg
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
    }

    @Test func `shows a chart without data as empty`() {
        #expect(Chart(title: "none", xLabel: "", yLabel: "", series: []).svg.contains("nothing to show"))
    }
}
