#!/usr/bin/env python3
"""Reads a calendar file with two parsers that are not ours, `icalendar` and `vobject`, and prints what both found.

Usage: check-calendar FILE [SUMMARY …]: each SUMMARY has to be that of an entry, as both parsers read it."""
import sys

import icalendar
import vobject

path, *expected = sys.argv[1:]
raw = open(path, "rb").read()
for number, line in enumerate(raw.split(b"\r\n")):
    assert len(line) <= 75, f"line {number + 1} has {len(line)} octets"
    assert b"\r" not in line and b"\n" not in line, f"line {number + 1} holds a bare end of line"
text = raw.decode("utf-8")

strict = icalendar.Calendar.from_ical(text)
events = [part for part in strict.walk("VEVENT")]
assert not strict.errors and not any(event.errors for event in events), "icalendar found errors"
by_icalendar = sorted((str(event["UID"]), str(event["SUMMARY"]), event.decoded("DTSTART")) for event in events)

calendars = list(vobject.readComponents(text, validate=True))
assert len(calendars) == 1
found = getattr(calendars[0], "vevent_list", [])
by_vobject = sorted((event.uid.value, event.summary.value, event.dtstart.value) for event in found)

assert by_icalendar == by_vobject, (by_icalendar, by_vobject)
assert len({uid for uid, _, _ in by_icalendar}) == len(by_icalendar), "two entries of one UID"
summaries = [summary for _, summary, _ in by_icalendar]
for summary in expected:
    assert summary.replace("\\n", "\n") in summaries, f"{summary!r} is none of {summaries}"
print(f"{len(events)} entries, the same to both parsers")
