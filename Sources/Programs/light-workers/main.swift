import Board
import CLVTracker
import Foundation
import Publisher
import Scheduler
import WorkerRuntime

// The workers that link neither LightGBM nor Arrow in one program, which makes the image smaller. Its name selects the
// worker, as a link to it gives one.
let name = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
switch name {
case "board": await WorkerProcess.run(name, services: BoardWorker.services)
case "clv-tracker": await WorkerProcess.run(name, services: CLVTrackerWorker.services)
case "publisher": await WorkerProcess.run(name, services: PublisherWorker.services)
case "scheduler": await WorkerProcess.run(name, services: SchedulerWorker.services)
default:
    FileHandle.standardError.write(
        Data("\(name): run it through a link named board, clv-tracker, publisher or scheduler\n".utf8)
    )
    exit(64)
}
