import Testing

@testable import Messaging

@Suite("Chunk size")
struct ChunkPaceTests {
    private func settled(microsecondsEach: Double) -> Int {
        var pace = ChunkPace()
        for _ in 0..<20 {
            pace.note(pace.receivers, took: .microseconds(Int(Double(pace.receivers) * microsecondsEach)))
        }
        return pace.receivers
    }

    @Test("The chunk size follows the write speed, within bounds")
    func follows() {
        let fitting = Int(ChunkPace.span / .microseconds(100))
        #expect(abs(settled(microsecondsEach: 100) - fitting) <= fitting / 10)
        #expect(settled(microsecondsEach: 5) >= ChunkPace.bounds.upperBound - 1)
        #expect(settled(microsecondsEach: 5000) == ChunkPace.bounds.lowerBound)
    }

    @Test("One slow commit at most halves the size, and a small chunk does not change it")
    func steady() {
        var pace = ChunkPace()
        pace.note(100, took: .seconds(3))
        #expect(pace.receivers == 50)
        pace.note(3, took: .seconds(3))
        #expect(pace.receivers == 50)
        pace.note(50, took: .zero)
        #expect(pace.receivers == 50)
    }
}
