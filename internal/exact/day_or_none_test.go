package exact_test

import (
	"encoding/json"
	"testing"

	"clientportal/internal/exact"
)

func TestADayOrNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		said bool
		day  string // "" for none
	}{
		`{}`: {}, `{"ends_on":null}`: {said: true}, `{"ends_on":""}`: {said: true},
		`{"ends_on":"2026-03-09"}`: {true, "2026-03-09"}, `{"ends_on":"2026-02-30"}`: {true, exact.Day{}.String()},
	} {
		var in struct {
			EndsOn exact.DayOrNone `json:"ends_on,omitzero"`
		}
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		got := ""
		if in.EndsOn.Day != nil {
			got = in.EndsOn.Day.String()
		}
		if in.EndsOn.Said != want.said || got != want.day {
			t.Errorf("%s: said %t, %q", body, in.EndsOn.Said, got)
		}
	}
}
