package project

import (
	"bytes"
	"encoding/json"

	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// edit is one field's value before and after, for the audit trail.
type edit struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// edits are what a change comes to, by field.
type edits map[string]edit

// note keeps the field's values if they differ.
func note[T comparable](e edits, field string, before, after T) {
	if before != after {
		e[field] = edit{before, after}
	}
}

// noteShown is note for values that may be missing, by what they show.
func noteShown[T interface{ String() string }](e edits, field string, before, after *T) {
	if shown(before) != shown(after) {
		e[field] = edit{before, after}
	}
}

func shown[T interface{ String() string }](v *T) string {
	if v == nil {
		return ""
	}
	return (*v).String()
}

func same(a, b *Day) bool { return shown(a) == shown(b) }

func phaseEdits(before, after Phase) edits {
	e := edits{}
	note(e, "name", before.Name, after.Name)
	note(e, "status", before.Status, after.Status)
	note(e, "progress_percent", before.ProgressPercent, after.ProgressPercent)
	note(e, "weight", before.Weight, after.Weight)
	note(e, "waiting_on", maybe.Value(before.WaitingOn), maybe.Value(after.WaitingOn))
	noteShown(e, "planned_start", before.PlannedStart, after.PlannedStart)
	noteShown(e, "planned_end", before.PlannedEnd, after.PlannedEnd)
	noteShown(e, "actual_start", before.ActualStart, after.ActualStart)
	noteShown(e, "actual_end", before.ActualEnd, after.ActualEnd)
	return e
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// setDay sets a day that may be missing; a zero one clears it.
func setDay(field **Day, value *Day) {
	if value == nil {
		return
	}
	*field = value
	if value.IsZero() {
		*field = nil
	}
}

// checkDays faults the field of the last day when it is before the first.
func checkDays(check *fault.Check, name string, first, last *Day) {
	check.That(first == nil || last == nil || !last.Before(first.Time), name, "Choose a day that is not before the first.")
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// noteJSON is note for values that are compared by how they are written.
func noteJSON(e edits, field string, before, after any) {
	b, errBefore := json.Marshal(before)
	a, errAfter := json.Marshal(after)
	if errBefore != nil || errAfter != nil || !bytes.Equal(a, b) {
		e[field] = edit{before, after}
	}
}
