import Foundation

/// The child's side of `ChildProcess`: when the parent has gone, so does this process.
public enum Leash {
    /// Sends this process SIGTERM at the end of its standard input.
    public static func hold() {
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while read(0, &buffer, buffer.count) > 0 {}
            kill(getpid(), SIGTERM)
        }
        thread.name = "leash"
        thread.start()
    }
}
