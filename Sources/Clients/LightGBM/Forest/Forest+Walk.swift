/// The inner loops. The indices of the lanes are variables, not an array, so that they stay in registers.
extension Forest {
    /// The child of a node that a lane goes to.
    @inline(__always)
    private func step(
        _ nodes: UnsafePointer<Node>,
        _ block: UnsafePointer<Float>,
        _ index: Int,
        _ lane: Int
    ) -> Int {
        let node = nodes[index]
        return Int(node.left) &+ (block[Int(node.input) &+ lane] <= node.threshold ? 0 : 1)
    }

    func walkEight(
        _ trees: [Tree],
        _ nodes: UnsafePointer<Node>,
        _ leaves: UnsafePointer<Double>,
        _ block: UnsafePointer<Float>
    ) -> SIMD8<Double> {
        var sum = SIMD8<Double>(repeating: 0)
        for tree in trees {
            let nodes = nodes + tree.nodes.lowerBound
            var (a, b, c, d, e, f, g, h) = (0, 0, 0, 0, 0, 0, 0, 0)
            for _ in 0..<tree.depth {
                a = step(nodes, block, a, 0)
                b = step(nodes, block, b, 1)
                c = step(nodes, block, c, 2)
                d = step(nodes, block, d, 3)
                e = step(nodes, block, e, 4)
                f = step(nodes, block, f, 5)
                g = step(nodes, block, g, 6)
                h = step(nodes, block, h, 7)
            }
            let leaves = leaves + tree.nodes.lowerBound
            sum += SIMD8(leaves[a], leaves[b], leaves[c], leaves[d], leaves[e], leaves[f], leaves[g], leaves[h])
        }
        return sum
    }

    /// Half as many lanes, for the rest of a race. Two trees at a time keep as many accesses under way.
    func walkFour(
        _ trees: [Tree],
        _ nodes: UnsafePointer<Node>,
        _ leaves: UnsafePointer<Double>,
        _ block: UnsafePointer<Float>
    ) -> SIMD8<Double> {
        var sum = SIMD4<Double>(repeating: 0)
        for number in stride(from: 0, to: trees.count, by: 2) {
            let first = trees[number]
            // The last tree of an odd number walks beside itself, and counts once.
            let isPair = number + 1 < trees.count
            let second = isPair ? trees[number + 1] : first
            let left = nodes + first.nodes.lowerBound
            let right = nodes + second.nodes.lowerBound
            var (a, b, c, d, e, f, g, h) = (0, 0, 0, 0, 0, 0, 0, 0)
            for _ in 0..<max(first.depth, second.depth) {
                a = step(left, block, a, 0)
                b = step(left, block, b, 1)
                c = step(left, block, c, 2)
                d = step(left, block, d, 3)
                e = step(right, block, e, 0)
                f = step(right, block, f, 1)
                g = step(right, block, g, 2)
                h = step(right, block, h, 3)
            }
            var leaves = leaves + first.nodes.lowerBound
            sum += SIMD4(leaves[a], leaves[b], leaves[c], leaves[d])
            guard isPair else { break }
            leaves += second.nodes.lowerBound - first.nodes.lowerBound
            sum += SIMD4(leaves[e], leaves[f], leaves[g], leaves[h])
        }
        return SIMD8(lowHalf: sum, highHalf: SIMD4(repeating: 0))
    }
}
