"""The volume that points dominate, up to a reference point; all objectives minimised."""


def hypervolume(points, reference):
    """By slices along the last objective: n^(objectives - 1) log n, meant for two or three objectives."""
    inside = [tuple(p) for p in points if all(a < r for a, r in zip(p, reference))]
    return _volume(inside, list(reference))


def _volume(points, reference):
    if not points:
        return 0.0
    if len(reference) == 1:
        return reference[0] - min(p[0] for p in points)
    by_last = sorted(points, key=lambda p: p[-1])
    edges = [p[-1] for p in by_last[1:]] + [reference[-1]]
    volume, front = 0.0, []
    for point, edge in zip(by_last, edges):
        head = point[:-1]
        if not any(all(a <= b for a, b in zip(q, head)) for q in front):
            front = [q for q in front if not all(b <= a for a, b in zip(q, head))] + [head]
        if edge > point[-1]:
            volume += (edge - point[-1]) * _volume(front, reference[:-1])
    return volume
