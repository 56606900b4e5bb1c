extension Feature {
    static let draw: [Feature] = [
        Feature(
            "draw_bias",
            .draw,
            "ratio",
            "wins over chance from this third of the draw, shrunk",
            reads: "past races of the course, distance and going"
        ) {
            $0.drawBias
        } words: {
            "this part of the draw has won \($0.number) times its share"
        }
    ]
}
