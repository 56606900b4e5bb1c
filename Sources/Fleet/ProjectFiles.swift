import Foundation

/// Finds the project's own files (migrations/, topics/, expectations/, upstream/): under `GIDDYUP_HOME`, else beside the working directory or the program.
public enum ProjectFiles {
    public static func locate(_ name: String) throws(ConfigurationError) -> String {
        let environment = ProcessInfo.processInfo.environment
        var roots = [environment["GIDDYUP_HOME"], FileManager.default.currentDirectoryPath].compactMap(\.self)
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
