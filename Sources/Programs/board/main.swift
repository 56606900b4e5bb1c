import Board
import WorkerRuntime

await WorkerProcess.run("board", services: BoardWorker.services)
