import Foundation

// Runs one hot path COUNT times, so that its instructions can be counted: `Benchmarks/check.sh` does.
//
// Usage: bench-hot            lists the paths
//        bench-hot PATH COUNT

/// Callgrind collects inside this function alone (`--toggle-collect`), so preparing the path costs nothing.
@inline(never)
func measured(_ count: Int, _ body: (Int) throws -> Int) rethrows -> Int {
    var checksum = 0
    for number in 0..<count { checksum &+= try body(number) }
    return checksum
}

let arguments = CommandLine.arguments.dropFirst()
guard let name = arguments.first else {
    for path in HotPath.allCases { print(path.rawValue) }
    exit(0)
}
guard arguments.count == 2, let path = HotPath(rawValue: name), let count = Int(arguments[2]), count > 0 else {
    FileHandle.standardError.write(Data("usage: bench-hot PATH COUNT; without arguments it lists the paths\n".utf8))
    exit(64)
}
let body = try path.prepare()
// The first call fills caches and lazy globals.
_ = try body(0)
print(try measured(count, body))
