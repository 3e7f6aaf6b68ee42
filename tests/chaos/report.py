"""The verdict for people, and as JSON."""

import collections
import statistics

from judge import SECOND


def _at(moment, history):
    return f"{(moment - history.begin) / SECOND:8.2f}"


def _counted(items):
    counts = collections.Counter(items)
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def timeline(run, verdict):
    history = run.history
    lines = []
    for deed, happening in run.done:
        span = (happening.end - happening.begin) / SECOND
        until = f" for {span:.2f} s" if deed.fault.length else ""
        where = f"cm-{deed.index + 1}" if deed.kind not in ("pause", "blackout") else "all"
        lines.append((happening.begin, f"#{happening.number:<4} {happening.kind:<13} {where}{until}"
                                       + (f" ({deed.note})" if deed.note else "")))
    for fault, why in run.skipped:
        text = f"#{fault.number:<4} {fault.kind.name:<13} skipped: {why}"
        lines.append((history.begin + int(fault.at * SECOND), text))
    for machine in run.machines:
        for at, code in machine.ends:
            lines.append((at, f"      cm-{machine.index + 1} ended by itself with {code}, started again"))
    for activation in verdict.activations:
        lines.append((activation.first, f"   => cm-{activation.machine + 1} active, term {activation.term}, for"
                                        f" {(activation.last - activation.first) / SECOND:.2f} s"))
    for gap in verdict.gaps:
        lines.append((gap.begin, f"   .. nobody active for {gap.length / SECOND:.3f} s, a master due for"
                                 f" {gap.asked / SECOND:.3f} s of it ({gap.cause})"))
    for violation in verdict.violations:
        lines.append((violation.at, f"   !! {violation.what}: {violation.text}"))
    for at, text in run.troubles:
        lines.append((at, f"   !! {text}"))
    return [f"{_at(at, history)}  {text}" for at, text in sorted(lines)]


def gap_table(verdict):
    by_cause = collections.defaultdict(list)
    for gap in verdict.gaps:
        same = gap.after is not None and (gap.before.machine, gap.before.term) == (gap.after.machine, gap.after.term)
        by_cause["(same activation goes on)" if same else gap.cause].append(gap)
    lines = [f"{'gaps after':<28} {'count':>5} {'min':>8} {'median':>8} {'max':>8}"
             f"   {'longest wait of a whole majority':>32}"]
    rows = sorted(by_cause.items()) + ([("all", verdict.gaps)] if verdict.gaps else [])
    for cause, gaps in rows:
        lengths = [gap.length / SECOND for gap in gaps]
        lines.append(f"{cause:<28} {len(gaps):>5} {min(lengths):>8.3f} {statistics.median(lengths):>8.3f}"
                     f" {max(lengths):>8.3f}   {max(gap.asked for gap in gaps) / SECOND:>32.3f}")
    return lines


def summary(run, verdict, bounds, faults):
    """The head of the report, violations first."""
    history = run.history
    length = (history.end - history.begin) / SECOND
    overlaps = sum(v.what == "overlap" for v in verdict.violations)
    falling = sum(v.what == "term" for v in verdict.violations)
    late = sum(v.what == "gap" for v in verdict.violations)
    other = len(verdict.violations) - overlaps - falling - late + len(run.troubles)
    lines = [f"{overlaps} overlaps, {falling} falling terms, {late} gaps out of bounds, {other} other violations"]
    lines += [f"    {_at(v.at, history)}  {v.what}: {v.text}" for v in verdict.violations[:50]]
    lines += [f"    {_at(at, history)}  {text}" for at, text in run.troubles]
    there = 100 * (1 - sum(gap.length for gap in verdict.gaps) / max(1, history.end - history.begin))
    orders = sum(deed.fault.kind.is_order for deed, _ in run.done)
    lines += [
        f"seed {run.options.seed}, {history.machines} machines, {length:.0f} s, failover_within"
        f" {bounds.failover_within / SECOND:g} s, slack {bounds.slack / SECOND:g} s, cuts by {run.network.cuts}",
        f"{faults} faults, {orders} orders, {len(run.skipped)} skipped: {_counted(d.kind for d, _ in run.done)}",
        f"{len(verdict.activations)} activations, terms"
        f" {verdict.activations[0].term if verdict.activations else '-'} to"
        f" {verdict.activations[-1].term if verdict.activations else '-'}; {len(run.stamps)} stamps",
        f"a master was due for {verdict.due / SECOND:.1f} s of {length:.0f} s, and there was one for {there:.1f} % of"
        " all the time",
        f"started by the supervisor {sum(m.starts for m in run.machines)} times, by guards"
        f" {sum(m.restarts_by_guard for m in run.machines)} times; guards that ended by themselves, by exit code:"
        f" {_counted(code for m in run.machines for _, code in m.ends)}",
        f"alarms raised: {_counted(run.alarms)}; in the end the master of all: {run.agreed or 'none'}"]
    return lines


def as_json(run, verdict, bounds, faults, is_good):
    history = run.history
    seconds = lambda moment: round((moment - history.begin) / SECOND, 4)
    return {
        "schema": 1, "good": is_good, "seed": run.options.seed, "machines": history.machines,
        "seconds": seconds(history.end), "failover_within_ms": bounds.failover_within // 1_000_000,
        "slack_ms": bounds.slack // 1_000_000, "faults": faults, "due_seconds": round(verdict.due / SECOND, 3),
        "violations": [{"what": v.what, "at": seconds(v.at), "text": v.text} for v in verdict.violations]
        + [{"what": "trouble", "at": seconds(at), "text": text} for at, text in run.troubles],
        "happenings": [{"number": h.number, "kind": h.kind, "machine": deed.index + 1, "begin": seconds(h.begin),
                        "end": seconds(h.end), "note": deed.note} for deed, h in run.done],
        "activations": [{"machine": a.machine + 1, "term": a.term, "begin": seconds(a.first), "end": seconds(a.last)}
                        for a in verdict.activations],
        "gaps": [{"begin": seconds(g.begin), "seconds": round(g.length / SECOND, 4), "due_seconds":
                  round(g.asked / SECOND, 4), "after": g.cause} for g in verdict.gaps],
        "alarms": dict(collections.Counter(run.alarms)), "master_in_the_end": run.agreed or None,
        "ended_by_themselves": [{"machine": m.index + 1, "at": seconds(at), "code": code}
                                for m in run.machines for at, code in m.ends]}
