import CanonicalForm
import Foundation
import Kafka
import Logging

/// Writes each log event as one line of JSON.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    let label: String

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields: [String: String] = [
            "time": Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        ]
        fields["level"] = event.level.rawValue
        fields["worker"] = label
        fields["message"] = "\(event.message)"
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            fields[key] = "\(value)"
        }
        guard let data = try? CanonicalJSON.data(fields) else { return }
        FileHandle.standardError.write(data + Data("\n".utf8))
    }
}

extension RuntimeConfiguration {
    /// A logger that writes to standard error in the configured format and level.
    public func logger(_ label: String) -> Logger {
        let json = logsJSON
        var logger = Logger(label: label) { label -> any LogHandler in
            if json { return JSONLogHandler(label: label) }
            return StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = logLevel
        return logger
    }
}

extension Logger {
    /// Forwards librdkafka's log lines, with syslog severities mapped to levels.
    public var kafkaSink: KafkaLog.Sink {
        { line in
            let level: Logger.Level =
                switch line.level {
                case ...3: .error
                case 4: .warning
                case 5: .notice
                case 6: .info
                default: .debug
                }
            log(level: level, "\(line.facility): \(line.message)")
        }
    }
}
