"""Numbers about repeated measurements."""
import statistics


def spread(values):
    """The smallest, the median and the largest."""
    if not values:
        raise ValueError("a spread of no values")
    return {"min": min(values), "median": statistics.median(values), "max": max(values), "count": len(values)}


def ratios(ours, theirs):
    """Spread of ours[i] / theirs[i]: each pair was measured one right after the other."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} measurements beside {len(theirs)}")
    return spread([a / b for a, b in zip(ours, theirs)])


def straight_line(x, y):
    """Least squares: the slope, the value at 0, and R^2, the share of the variance of y that the line explains."""
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)
    start = mean_y - slope * mean_x
    left = sum((b - start - slope * a) ** 2 for a, b in zip(x, y))
    return {"slope": slope, "start": start, "r_squared": 1 - left / sum((b - mean_y) ** 2 for b in y)}
