import Foundation

/// Finds the project's own files: migrations/, topics/, expectations/, config/ and upstream/.
public enum ProjectFiles {
    /// Looks in `GIDDYUP_HOME`, the working directory, and the folders above the program, in this order.
    ///
    /// - Throws: `ConfigurationError` if none of them holds the file.
    public static func locate(_ name: String) throws(ConfigurationError) -> String {
        let home = ProcessInfo.processInfo.environment["GIDDYUP_HOME"]
        var roots = [home, FileManager.default.currentDirectoryPath].compactMap(\.self)
        var folder = Bundle.main.executablePath.map { ($0 as NSString).deletingLastPathComponent } ?? "/"
        while folder != "/" {
            roots.append(folder)
            folder = (folder as NSString).deletingLastPathComponent
        }
        for root in roots where FileManager.default.fileExists(atPath: root + "/migrations/001_seed.up.sql") {
            let path = root + "/" + name
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw ConfigurationError("\(name) was not found: run from the project's root, or set GIDDYUP_HOME to it")
    }
}
