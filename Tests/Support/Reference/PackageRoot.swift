import Foundation

/// The root folder of this package.
public enum PackageRoot {
    /// The path of the nearest folder above this source file that contains Package.swift; "/" if there is none.
    public static let path: String = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()
}
