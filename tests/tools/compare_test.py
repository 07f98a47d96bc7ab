"""The arithmetic of tools/bench. Usage: FILE FOLDER, that of tools/bench."""
import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(sys.argv.pop(1)).resolve()))
import equality
import measures
import pairs
import spread


class Arithmetic(unittest.TestCase):
    def test_ratios_are_of_pairs_not_of_medians(self):
        self.assertEqual(spread.ratios([8, 4, 3], [4, 1, 3]), {"min": 1, "median": 2, "max": 4, "count": 3})
        with self.assertRaisesRegex(ValueError, "2 measurements beside 1"):
            spread.ratios([1, 2], [1])
        with self.assertRaises(ValueError):
            spread.spread([])

    def test_a_straight_line_explains_itself(self):
        line = spread.straight_line([1, 2, 4], [5, 7, 11])
        self.assertAlmostEqual(line["slope"], 2)
        self.assertAlmostEqual(line["start"], 3)
        self.assertAlmostEqual(line["r_squared"], 1)

    def test_what_a_line_leaves_over_is_taken_off(self):
        # Slope 0 through the mean 1: the line explains nothing.
        self.assertAlmostEqual(spread.straight_line([0, 1, 2], [0, 3, 0])["r_squared"], 0)

    def test_a_target_is_reached_from_its_side(self):
        of = lambda value, target: measures.row("m", "a", spread.spread([value]), target)["met"]
        self.assertEqual([of(8, 8), of(7.9, 8), of(0.2, -0.3), of(0.31, -0.3), of(1, None)],
                         [True, False, True, False, None])

    def test_the_best_batch_of_each_group_counts(self):
        at = lambda speed: {"theirs": {"median": speed}}
        told = {("torch", 1): at(9), ("torch", 8): at(10), ("spikingjelly", 8): at(11), ("onnx", 1): at(5),
                ("onnx", 8): at(4), ("ann", 8): at(99)}
        self.assertEqual(measures.best_batches(told), {("spikingjelly", 8), ("onnx", 1), ("ann", 8)})

    def test_logits_are_compared_by_distance_and_best_class(self):
        told = equality.compare_logits([[1.0, 2.0], [3.0, 0.0]], [[1.0, 2.5], [0.0, 3.0]])
        self.assertEqual(told, {"images": 2, "same_best": 1, "difference": 3.0})

    def test_layers_that_one_side_lacks_are_refused(self):
        with self.assertRaisesRegex(SystemExit, "1 layers of neurons here, 0 in PyTorch"):
            equality.compare_rates([{"name": "a", "rate": 0.1}], {})

    def test_rounds_measure_ours_first_and_pair_it_with_each_peer(self):
        order, speeds = [], {"ours": iter([8.0, 6.0]), "a": iter([2.0, 3.0]), "b": iter([4.0, 1.0])}
        measured = lambda name: (lambda: order.append(name) or next(speeds[name]), lambda: 0.0)
        limits = types.SimpleNamespace(repeats=2, tries=1, others=1e9, patience=0)
        told = pairs.alternate(measured("ours"), {"a": measured("a"), "b": measured("b")}, limits)
        self.assertEqual(order, ["ours", "a", "b"] * 2)
        self.assertEqual(told["a"]["pairs"], [(8.0, 2.0), (6.0, 3.0)])
        self.assertEqual(told["b"]["ratio"]["max"], 6)
        self.assertEqual(told["a"]["disturbed"], 0)

    def test_a_disturbed_repeat_is_measured_again_and_told(self):
        figures, seconds = iter([1.0, 2.0, 3.0]), iter([0.0] * 6)
        limits = types.SimpleNamespace(tries=3, others=-1, patience=0)  # no machine is as quiet as that
        figure, share = pairs.quietly(lambda: next(figures), lambda: next(seconds), limits)
        self.assertIn(figure, (1.0, 2.0, 3.0))
        self.assertGreaterEqual(share, 0)
        self.assertEqual(list(figures), [], "not all tries were taken")


if __name__ == "__main__":
    unittest.main()
