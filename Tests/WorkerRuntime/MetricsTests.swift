import Testing
import WorkerRuntime

@Suite(.timeLimit(.minutes(20))) struct MetricsTests {
    @Test func `writes the Prometheus text format`() {
        let metrics = Metrics()
        metrics.add("a_total", ["worker": "x", "lane": "li\"ve"], 2)
        metrics.add("a_total", ["lane": "li\"ve", "worker": "x"])
        metrics.add("a_total")
        metrics.set("lag", ["p": "1"], 5)
        metrics.set("lag", ["p": "1"], 4)
        metrics.observe("t_seconds", seconds: 0.004)
        metrics.observe("t_seconds", seconds: 60)
        let lines = metrics.text().split(separator: "\n").map(String.init)
        #expect(
            lines.contains("# TYPE a_total counter") && lines.contains("a_total{lane=\"li\\\"ve\",worker=\"x\"} 3.0")
                && lines.contains("a_total 1.0")
        )
        #expect(lines.contains("# TYPE lag gauge") && lines.contains("lag{p=\"1\"} 4.0"))
        #expect(
            lines.contains("t_seconds_bucket{le=\"0.0025\"} 0") && lines.contains("t_seconds_bucket{le=\"0.005\"} 1")
        )
        #expect(lines.contains("t_seconds_bucket{le=\"+Inf\"} 2") && lines.contains("t_seconds_count 2"))
        #expect(metrics.total("a_total") == 4)
    }

    @Test func `escapes labels`() {
        let metrics = Metrics()
        metrics.add("a_total", ["text": "a \"b\" \\ c\nd"])
        #expect(metrics.text().contains(#"a_total{text="a \"b\" \\ c\nd"} 1.0"#))
    }
}
