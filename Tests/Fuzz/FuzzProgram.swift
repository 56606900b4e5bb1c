import Foundation

/// The entry point of libFuzzer for programs with a main function of their own.
@_silgen_name("LLVMFuzzerRunDriver") private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Written once, before the fuzzer starts. A C function cannot capture it.
private nonisolated(unsafe) var chosenTarget: FuzzTarget.Run?

private func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosenTarget?(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Runs the target that FUZZ_TARGET names with libFuzzer's arguments, or writes the first corpus to the folder
/// FUZZ_SEEDS, or lists the targets.
///
/// One program holds all targets, so that the modules are instrumented and linked once.
@main enum FuzzProgram {
    static func main() throws {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["FUZZ_SEEDS"] { return try Seeds.write(to: folder) }
        guard let name = environment["FUZZ_TARGET"] else {
            return print(FuzzTarget.all.keys.sorted().joined(separator: "\n"))
        }
        guard let target = FuzzTarget.all[name] else {
            print("there is no fuzz target \"\(name)\"")
            exit(2)
        }
        chosenTarget = target()
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runFuzzer(&count, &arguments, runOneInput))
    }
}
