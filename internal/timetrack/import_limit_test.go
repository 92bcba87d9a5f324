package timetrack_test

import (
	"slices"
	"strings"
	"testing"

	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestAnImportIsHeldToTheLimitRowByRow(t *testing.T) {
	t.Parallel()
	for name, consumes := range map[string]bool{"pending hours count": true, "they don't": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.retainer(t, "2026-03-01", func(in *timetrack.RetainerInput) {
				in.ConsentBlockMinutes, in.OverageRate, in.PendingConsumes = ptr(120), amount("95.50"), consumes
			})
			file := h.report(t,
				"An agent,<agent>,Acme,,,Eight,Yes,2026-03-05,09:00:00,,,8:00:00,,",
				"An agent,<agent>,Acme,,,Too much,Yes,2026-03-06,09:00:00,,,3:00:00,,",
				"An agent,<agent>,Acme,,,Not billed,No,2026-03-06,13:00:00,,,2:00:00,,",
				"An agent,<agent>,Acme,,,Just so,Yes,2026-03-06,15:00:00,,,2:00:00,,",
				"An agent,<agent>,Acme,,,A bit more,Yes,2026-03-07,09:00:00,,,0:30:00,,",
			)
			id, err := h.Upload(h.agent, "toggl.csv", file)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.SetImportOptions(h.agent, id, timetrack.ImportOptions{IsRetainer: true}); err != nil {
				t.Fatal(err)
			}
			held := func(report timetrack.ImportReport, err error) {
				t.Helper()
				if err != nil || report.Accepted != 3 || report.Hours != 720 || report.Refused != 2 || len(report.Beyond) != 1 {
					t.Fatalf("%+v, %v", report, err)
				}
				for i, want := range []struct {
					line int
					left string
				}{{3, "2.00 h left until 31 March"}, {6, "0.00 h left until 31 March"}} {
					got := report.Refusals[i]
					if got.Line != want.line || got.Reasons[0].Column != "duration" || !strings.Contains(got.Reasons[0].Message, want.left) {
						t.Errorf("refused %+v, want line %d, %s", got, want.line, want.left)
					}
				}
			}
			_, tried, err := h.Review(h.agent, id)
			held(tried, err)
			if blocks, err := h.Blocks(h.viewer, nil, ""); err != nil || len(blocks) != 0 {
				t.Errorf("looking at it asked for %+v, %v", blocks, err)
			}
			held(h.RunImport(h.agent, id))
			if n, minutes := h.entries(t); n != 3 || minutes != 720 {
				t.Errorf("%d entries, %d minutes", n, minutes)
			}
			blocks, err := h.Blocks(h.viewer, nil, "")
			if err != nil || len(blocks) != 1 || blocks[0].Status != timetrack.BlockAsked {
				t.Fatalf("asked for %+v, %v", blocks, err)
			}
			if got := h.events(t, id); !slices.Equal(got, []string{"time_import.upload", "time_import.update", "time_import.run"}) {
				t.Errorf("events %q", got)
			}
			if _, err := h.ApproveBlock(h.owner, blocks[0].ID, blocks[0].ETag); err != nil {
				t.Fatal(err)
			}
			again, err := h.ImportFile(h.agent, file, timetrack.ImportOptions{IsRetainer: true}, false)
			if err != nil || again.Accepted != 1 || again.Unchanged != 3 || again.Refused != 1 || again.Refusals[0].Line != 3 {
				t.Errorf("with the block %+v, %v", again, err)
			}
			h.soundLedger(t)
		})
	}
}

// A period that has ended and is not closed is asked for by itself.
func TestConsentIsAskedForThePeriodOfTheDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-02-01", func(in *timetrack.RetainerInput) { in.ConsentBlockMinutes, in.OverageRate = ptr(120), amount("95.50") })
	in := timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "Much", Minutes: ptr(700), DateWorked: day("2026-02-20"), IsRetainer: true}
	if _, err := h.LogEntry(h.agent, in); fault.CodeOf(err) != fault.Conflict {
		t.Fatalf("logged beyond it: %v", err)
	}
	blocks, err := h.Blocks(h.viewer, nil, "")
	if err != nil || len(blocks) != 1 || blocks[0].PeriodStart.String() != "2026-02-01" {
		t.Fatalf("asked for %+v, %v", blocks, err)
	}
	if _, err := h.ApproveBlock(h.owner, blocks[0].ID, blocks[0].ETag); err != nil {
		t.Fatal(err)
	}
	if _, err := h.LogEntry(h.agent, in); err != nil {
		t.Errorf("with the block: %v", err)
	}
	h.soundLedger(t)
}
