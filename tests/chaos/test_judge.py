#!/usr/bin/env python3
"""Does the judge find what it is there for, and nothing else? Histories made by hand, no process, no clock."""

import json
import sys
import unittest

sys.dont_write_bytecode = True

import faults  # noqa: E402
import intervals  # noqa: E402
import judge  # noqa: E402
import runner  # noqa: E402
from judge import MS, SECOND, Bounds, Happening, History  # noqa: E402

BOUNDS = Bounds(2 * SECOND, 1 * SECOND)
START = 1000 * SECOND
A, B, C = range(3)
ALL_LINKS = ((A, B), (A, C), (B, C))


def stamps(machine, term, begin, end, every=5):
    """A stamp every few milliseconds, begin and end in seconds after the start of the run, both included."""
    at = range(int(begin * 1000), int(end * 1000) + 1, every)
    return [(machine, term, START + milliseconds * MS) for milliseconds in at]


def happening(kind, sort, begin, end, machines=(), links=(), number=1):
    return Happening(number, kind, sort, START + int(begin * SECOND), START + int(end * SECOND), machines, links)


def history(*happenings, seconds=20, lives=None, links=None):
    """Three machines that live and are linked all the time, and were long before, unless said otherwise."""
    since, end = START - 60 * SECOND, START + seconds * SECOND
    absolute = lambda spans: [(*key, START + int(a * SECOND), START + int(b * SECOND)) for *key, a, b in spans]
    return History(3, START, end, list(happenings),
                   absolute(lives) if lives is not None else [(m, since, end) for m in range(3)],
                   absolute(links) if links is not None else [(*pair, since, end) for pair in ALL_LINKS])


def found(all_stamps, past, bounds=BOUNDS):
    return [violation.what for violation in judge.judge(all_stamps, past, bounds).violations]


class Safety(unittest.TestCase):
    def test_one_after_the_other_is_good(self):
        self.assertEqual(found(stamps(A, 1, 0, 9) + stamps(B, 2, 9.5, 20), history()), [])

    def test_two_at_once_are_found(self):
        self.assertEqual(found(stamps(A, 1, 0, 10) + stamps(B, 2, 9.9, 20), history()), ["overlap"])

    def test_one_late_stamp_is_an_overlap(self):
        late = [(A, 1, START + 12 * SECOND)]
        self.assertEqual(found(stamps(A, 1, 0, 9) + stamps(B, 2, 9.5, 20) + late, history()), ["overlap"])

    def test_a_stamp_at_the_same_nanosecond_is_an_overlap(self):
        self.assertEqual(found(stamps(A, 1, 0, 10) + stamps(B, 2, 10, 20), history()), ["overlap"])

    def test_an_activation_within_another_is_found(self):
        self.assertEqual(found(stamps(A, 1, 0, 20) + stamps(B, 2, 5, 6) + stamps(C, 3, 8, 9), history()),
                         ["overlap", "overlap"])

    def test_what_stood_still_meanwhile_and_never_went_on_is_no_overlap(self):
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 6, 20), history()), [])

    def test_what_stood_still_and_went_on_beside_the_next_one_is_an_overlap(self):
        woken = stamps(A, 1, 0, 5) + stamps(A, 1, 12, 12.01)
        self.assertEqual(found(woken + stamps(B, 2, 6, 20), history()), ["overlap"])

    def test_a_leftover_on_the_same_machine_is_an_overlap(self):
        self.assertEqual(found(stamps(A, 1, 0, 10) + stamps(A, 2, 9, 20), history()), ["overlap"])

    def test_service_and_descendant_of_one_activation_are_one(self):
        self.assertEqual(found(stamps(A, 1, 0, 20) + stamps(A, 1, 0.002, 19.9), history()), [])

    def test_a_falling_term_is_found(self):
        self.assertEqual(found(stamps(A, 7, 0, 9) + stamps(B, 6, 9.5, 20), history()), ["term"])

    def test_an_equal_term_on_two_machines_is_found(self):
        self.assertEqual(found(stamps(A, 7, 0, 9) + stamps(B, 7, 9.5, 20), history()), ["term"])

    def test_a_term_that_comes_back_is_found(self):
        again = stamps(A, 1, 0, 5) + stamps(B, 2, 5.5, 9) + stamps(A, 1, 9.5, 20)
        self.assertIn("overlap", found(again, history()))

    def test_nothing_at_all_is_found(self):
        self.assertEqual(found([], history()), ["gap"])

    def test_faults_do_not_excuse_an_overlap(self):
        past = history(happening("freeze", judge.PROCESS, 0, 20, (A,)),
                       happening("split", judge.NETWORK, 0, 20, (), ALL_LINKS), seconds=20)
        self.assertEqual(found(stamps(A, 1, 0, 10) + stamps(B, 2, 9.9, 20), past), ["overlap"])


class Liveness(unittest.TestCase):
    def test_a_gap_within_the_bound_is_good(self):
        kill = happening("power-cut", judge.PROCESS, 5, 20, (A,))
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 7.9, 20), history(kill)), [])

    def test_too_long_a_gap_is_found(self):
        kill = happening("power-cut", judge.PROCESS, 5, 20, (A,))
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 8.1, 20), history(kill)), ["gap"])

    def test_the_slack_is_what_was_given(self):
        kill = happening("power-cut", judge.PROCESS, 5, 20, (A,))
        strict = Bounds(2 * SECOND, 0)
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 7.9, 20), history(kill), strict), ["gap"])

    def test_a_master_that_is_lost_without_a_fault_is_asked_for_from_then(self):
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 7.9, 20), history()), [])
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 8.1, 20), history()), ["gap"])

    def test_the_time_runs_from_the_cut_not_from_the_end_of_the_lease(self):
        cut = happening("isolate", judge.NETWORK, 5, 20, (), ((A, B), (A, C)))
        self.assertEqual(found(stamps(A, 1, 0, 5.7) + stamps(B, 2, 7.9, 20), history(cut)), [])
        self.assertEqual(found(stamps(A, 1, 0, 5.7) + stamps(B, 2, 8.1, 20), history(cut)), ["gap"])

    def test_no_master_at_the_end_is_found(self):
        self.assertEqual(found(stamps(A, 1, 0, 5), history()), ["gap"])

    def test_a_minority_owes_nothing(self):
        both = [happening("power-cut", judge.PROCESS, 5, 19, (i,), number=i) for i in (A, B)]
        self.assertEqual(found(stamps(C, 1, 0, 5), history(*both)), [])

    def test_a_split_into_single_machines_owes_nothing(self):
        split = happening("split", judge.NETWORK, 5, 19, (), ALL_LINKS)
        self.assertEqual(found(stamps(A, 1, 0, 5), history(split)), [])

    def test_a_cut_between_two_leaves_two_majorities(self):
        cut = happening("cut-pair", judge.NETWORK, 5, 19, (), ((A, B),))
        self.assertEqual(found(stamps(A, 1, 0, 5), history(cut)), ["gap"])

    def test_each_fault_begins_the_time_anew(self):
        cuts = [happening("one-way", judge.NETWORK, 5 + n, 5.5 + n, (), ((A, B),), number=n) for n in range(14)]
        self.assertEqual(found(stamps(A, 1, 0, 5), history(*cuts, seconds=20)), [])

    def test_a_machine_that_started_votes_after_its_promise(self):
        begun = [(A, -60, 5), (B, 5, 20), (C, 5, 20)]  # Whole at 5 + 0.5 + 1.234, so a master is due at 9.734
        past = history(lives=begun, seconds=14)
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 9.7, 14), past), [])
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 9.8, 14), past), ["gap"])

    def test_a_link_is_whole_when_the_kernels_say_so(self):
        up = [(A, B, 10, 20), (A, C, 10, 20), (B, C, 10, 20)]  # And 3 H later to the daemons: due at 13.6
        cut = happening("split", judge.NETWORK, 4, 5, (), ALL_LINKS)
        self.assertEqual(found(stamps(A, 1, 0, 4) + stamps(B, 2, 13.5, 20), history(cut, links=up)), [])
        self.assertEqual(found(stamps(A, 1, 0, 4) + stamps(B, 2, 13.7, 20), history(cut, links=up)), ["gap"])

    def test_a_paused_cluster_owes_nothing(self):
        past = history(happening("pause", judge.PAUSE, 4, 15), happening("power-cut", judge.PROCESS, 5, 20, (A,)))
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(B, 2, 18.5, 20), past), [])

    def test_where_nobody_is_eligible_no_master_is_due(self):
        out = [happening("maintenance", judge.MAINTENANCE, 4, 18, (i,), number=i) for i in range(3)]
        self.assertEqual(found(stamps(A, 1, 0, 5), history(*out)), [])
        self.assertEqual(found(stamps(A, 1, 0, 5), history(*out[:2])), ["gap"])

    def test_a_killed_service_may_be_started_in_place(self):
        kill = happening("kill-service", judge.SERVICE, 5, 5, (A,))
        self.assertEqual(found(stamps(A, 1, 0, 5) + stamps(A, 1, 6.3, 20), history(kill)), [])

    def test_gaps_that_a_busy_host_makes_between_stamps_are_none(self):
        verdict = judge.judge(stamps(A, 1, 0, 20, every=90), history(), BOUNDS)
        self.assertEqual((verdict.gaps, verdict.violations), ([], []))

    def test_the_time_in_which_a_master_was_due_is_counted(self):
        cut = happening("split", judge.NETWORK, 5, 10, (), ALL_LINKS)
        verdict = judge.judge(stamps(A, 1, 0, 20), history(cut), BOUNDS)
        self.assertEqual(verdict.due, 2 * SECOND + 7 * SECOND)  # 3 to 5, 13 to 20


class Return(unittest.TestCase):
    def test_a_daemon_that_does_not_come_back_is_found(self):
        past = history(lives=[(A, -60, 20), (B, -60, 20), (C, -60, 8)])
        self.assertEqual(found(stamps(A, 1, 0, 20), past), ["return"])

    def test_one_that_a_fault_holds_down_is_not_waited_for(self):
        past = history(happening("power-cut", judge.PROCESS, 5, 19, (C,)),
                       lives=[(A, -60, 20), (B, -60, 20), (C, -60, 5)])
        self.assertEqual(found(stamps(A, 1, 0, 20), past), [])

    def test_a_link_that_does_not_come_back_is_found(self):
        links = [(A, B, -60, 20), (A, C, -60, 20), (B, C, -60, 7)]
        self.assertEqual(found(stamps(A, 1, 0, 20), history(links=links)), ["return"])


class Kept(unittest.TestCase):
    def test_a_history_that_was_kept_is_judged_alike(self):
        past = history(happening("cut-pair", judge.NETWORK, 5, 19, (), ((A, B),)),
                       happening("freeze", judge.PROCESS, 6, 7, (C,), number=2))
        self.assertEqual(runner.history_from_json(json.loads(json.dumps(runner.history_to_json(past)))), past)


class Intervals(unittest.TestCase):
    def test_algebra(self):
        self.assertEqual(intervals.union([(1, 3), (5, 6)], [(3, 4), (6, 6)]), [(1, 4), (5, 6)])
        self.assertEqual(intervals.intersect([(1, 4), (6, 9)], [(3, 7), (8, 10)]), [(3, 4), (6, 7), (8, 9)])
        self.assertEqual(intervals.subtract([(1, 10)], [(0, 2), (4, 5), (9, 12)]), [(2, 4), (5, 9)])


class Schedule(unittest.TestCase):
    def test_a_seed_gives_one_schedule(self):
        self.assertEqual(faults.schedule(3, 600, 5, 2), faults.schedule(3, 600, 5, 2))
        self.assertNotEqual(faults.schedule(3, 600, 5, 2), faults.schedule(4, 600, 5, 2))

    def test_half_an_hour_has_enough_faults_of_every_kind(self):
        for seed in range(10):
            plan = faults.schedule(seed, 1800, 5, 2)
            self.assertGreater(sum(not fault.kind.is_order for fault in plan), 320)
            self.assertEqual({fault.kind.name for fault in plan}, {kind.name for kind in faults.KINDS})

    def test_two_minutes_have_enough_and_end_in_calm(self):
        for seed in range(10):
            plan = faults.schedule(seed, 120, 5, 2)
            self.assertGreaterEqual(len(plan), 20)
            self.assertLess(max(fault.at + fault.length for fault in plan), 120 - faults.quiet_end(120))


if __name__ == "__main__":
    unittest.main()
