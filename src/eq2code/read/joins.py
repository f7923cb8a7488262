"""How are pieces put together? Vectors, matrices, lists of terms, blocks."""

from __future__ import annotations

from eq2code.errors import AmbiguousError, ShapeError, UnsupportedError
from eq2code.read import draft as d
from eq2code.read.elaboration import Elaboration
from eq2code.read.formulas import (
    ROW,
    literal_number,
)
from eq2code.source import Span
from eq2code.trees import formula as f
from eq2code.trees.dims import Dim


class Joins(Elaboration):
    """How are pieces put together? Vectors, matrices, lists of terms, blocks."""

    def join(self, node: d.Join, separators: list[str]) -> f.Formula:
        """`[a; b]`: numbers make a vector, vectors and matrices are joined; lists count as their
        terms."""
        terms = [self.term(item) for item in node.items]
        ranks = {len(value.shape) for value, _ in terms}
        if ranks == {0}:
            if "‖" in separators:
                raise AmbiguousError(
                    "numbers joined by bars",
                    node.span,
                    hints=('write [a, b] for a list, or declare arrays: shapes={"a": "n"}',),
                )
            if all(index is None for _, index in terms):
                return f.Array(tuple(value for value, _ in terms), span=node.span)
        if ranks == {1} and len({self.shape(value) for value, _ in terms}) == 1:
            self.stackable.append(id(node))
            if self.readings.get(id(node)) == "stack":
                return self.stacked(node, terms)
        if ranks <= {0, 1}:
            return self.concatenated([self.flat(v, i) for v, i in terms], node.span)
        if ranks == {2}:
            values = [self.wide(value, index) for value, index in terms]
            return values[0] if len(values) == 1 else self.join_matrices(node, values)
        raise ShapeError(
            "these cannot be joined: they have different numbers of axes",
            node.span,
            hints=('declare them with as many axes: shapes={"A": "n m", "B": "n k"}',),
        )

    def term(self, item: d.Draft) -> tuple[f.Formula, f.IndexVar | None]:
        """A term of a list, with the index that it runs over where it stands for several."""
        if not isinstance(item, d.Each):
            return self.formula(item), None
        body = self.formula(item.body)
        return body, self.index(item.binding)

    def concatenated(self, parts: list[f.Formula], span: Span) -> f.Formula:
        if len(parts) == 1:
            return parts[0]
        total = Dim(())
        for part in parts:
            total = total + part.shape[0]
        return f.Call("concat", tuple(parts), (total,), (("axis", -1),), span=span)

    def flat(self, value: f.Formula, index: f.IndexVar | None) -> f.Formula:
        """A term as a vector; a list of vectors as one long vector."""
        if index is None:
            return value if value.shape else f.Array((value,), span=value.span)
        built = f.Build((index,), value, span=value.span)
        return built if not value.shape else self.lined_up(built)

    def lined_up(self, rows: f.Formula) -> f.Formula:
        """The rows of a matrix, one after the other, as a vector."""
        count, width = self.shape(rows)
        return f.Call("flatten", (rows,), (count * width,), span=rows.span)

    def stacked(self, node: d.Join, terms: list[tuple[f.Formula, f.IndexVar | None]]) -> f.Formula:
        """Vectors as the rows of a matrix."""
        parts: list[f.Formula] = []
        count = Dim(())
        for value, index in terms:
            rows = f.Array((value,)) if index is None else f.Build((index,), value)
            parts.append(rows)
            count = count + rows.shape[0]
        if len(parts) == 1:
            return parts[0]
        shape = (count, parts[0].shape[1])
        return f.Call("concat", tuple(parts), shape, (("axis", -2),), span=node.span)

    def wide(self, value: f.Formula, index: f.IndexVar | None) -> f.Formula:
        """A matrix; a list of matrices side by side as one wide matrix."""
        if index is None:
            return value
        built = f.Build((index,), value, span=value.span)
        row = f.IndexVar(f"{index.name}_row", self.sizes.resolve(value.shape[0]))
        one = f.At(built, (None, f.Position(row)), span=value.span)
        return f.Build((row,), self.lined_up(one), span=value.span)

    def join_matrices(self, node: d.Join, values: list[f.Formula]) -> f.Formula:
        shapes = [self.shape(v) for v in values]
        if node.separators == [","]:
            self.pairs.append((node, shapes[0], shapes[1]))
        rows = all(s[0] == shapes[0][0] for s in shapes)
        columns = all(s[1] == shapes[0][1] for s in shapes)
        if rows and columns:
            chosen = self.ledger.assume(
                "concatenation-axis", "matrices that fit both ways are joined along the last axis",
                instead="along the first", span=node.span,
            )  # fmt: skip
            rows = chosen == "last"
        if not rows and not columns:
            for s in shapes[1:]:
                self.same(s[0], shapes[0][0], "joined matrices differ in their rows", node.span)
            rows = True
        axis = 1 if rows else 0
        total = Dim(())
        for s in shapes:
            total = total + s[axis]
        result = (shapes[0][0], total) if rows else (total, shapes[0][1])
        return f.Call("concat", tuple(values), result, (("axis", axis - 2),), span=node.span)

    def literal(self, node: d.Literal, rows: list[list[d.Draft]]) -> f.Formula:
        values = [[self.formula(cell) for cell in row] for row in rows]
        if len({len(row) for row in values}) != 1:
            raise ShapeError(
                "the rows of this matrix differ in length",
                node.span,
                hints=("write as many entries in every row: a 0 where nothing stands",),
            )
        if all(not v.shape for row in values for v in row):
            return f.Array(tuple(f.Array(tuple(row)) for row in values), span=node.span)
        if all(len(row) == 1 and len(row[0].shape) == 1 for row in values):
            parts = [row[0] for row in values]
            total = Dim(())
            for part in parts:
                total = total + part.shape[0]
            return f.Call("concat", tuple(parts), (total,), (("axis", -1),), span=node.span)
        sides = [[self.sided(cell)[1] for cell in row] for row in rows]
        return self.blocks(node, self.filled(node, values, sides))

    def blocks(self, node: d.Literal, values: list[list[f.Formula]]) -> f.Formula:
        """A block matrix: every cell is a matrix."""
        made: list[f.Formula] = []
        for row in values:
            total = Dim(())
            for value in row:
                self.same(value.shape[0], row[0].shape[0], "the blocks of a row differ", node.span)
                total = total + value.shape[1]
            shape = (row[0].shape[0], total)
            made.append(f.Call("concat", tuple(row), shape, (("axis", -1),), span=node.span))
        height = Dim(())
        for line in made:
            self.same(line.shape[1], made[0].shape[1], "the rows of blocks differ", node.span)
            height = height + line.shape[0]
        if len(made) == 1:
            return made[0]
        return f.Call(
            "concat", tuple(made), (height, made[0].shape[1]), (("axis", -2),), span=node.span
        )

    def filled(
        self, node: d.Literal, values: list[list[f.Formula]], sides: list[list[str]]
    ) -> list[list[f.Formula]]:
        """Blocks as matrices: columns and rows are one wide and high, 0 takes the size of its
        place."""
        one = Dim.of(1)
        heights: list[Dim | None] = [None] * len(values)
        widths: list[Dim | None] = [None] * len(values[0])
        empty: list[tuple[int, int]] = []
        made = [list(row) for row in values]
        for i, row in enumerate(values):
            for k, value in enumerate(row):
                if len(value.shape) > 2:
                    raise UnsupportedError(
                        "a block with more than two axes",
                        node.span,
                        hints=("declare the blocks as matrices or vectors",),
                    )
                if len(value.shape) == 1:
                    lying = f.Array((value,), span=value.span)
                    made[i][k] = lying if sides[i][k] == ROW else f.Transpose(lying)
                elif not value.shape and literal_number(value) == 0:
                    empty.append((i, k))
                    continue
                elif not value.shape:
                    made[i][k] = f.Array((f.Array((value,)),), span=value.span)
                heights[i], widths[k] = (
                    heights[i] or made[i][k].shape[0],
                    widths[k] or made[i][k].shape[1],
                )
        for i, k in empty:
            size = (heights[i] or one, widths[k] or one)
            made[i][k] = f.Call("zeros", (), self.sizes.shape(size), span=node.span)
        return made
