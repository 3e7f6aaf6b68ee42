"""Sets of time, as sorted lists of (begin, end) that do not touch. Any number that can be compared is a time."""


def union(*sets):
    result = []
    for begin, end in sorted(span for one in sets for span in one if span[0] < span[1]):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result


def intersect(one, other):
    result, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        begin, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if begin < end:
            result.append((begin, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return result


def subtract(one, other):
    result = []
    for begin, end in one:
        for cut_begin, cut_end in other:
            if cut_end <= begin:
                continue
            if cut_begin >= end:
                break
            if begin < cut_begin:
                result.append((begin, cut_begin))
            begin = max(begin, cut_end)
        if begin < end:
            result.append((begin, end))
    return result
