package timetrack

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
	"clientportal/internal/timetrack/timetrackdb"
)

// StatementFile is a statement as a document, and leaves an event of the download.
// Nothing in it tells when it was made: the same hours make the same bytes.
func (s *Service) StatementFile(ctx context.Context, q StatementQuery, format string) (File, error) {
	if statementTypes[format] == "" {
		return File{}, fault.InvalidField("query.format", "Choose pdf, csv or xlsx.")
	}
	var statement Statement
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if statement, err = settled(ctx, tx, q); err != nil {
			return err
		}
		tx.Record(statement.download(format))
		return nil
	})
	if err != nil {
		return File{}, err
	}
	file := File{Name: statement.fileName() + "." + format, Type: statementTypes[format]}
	switch format {
	case formatPDF:
		file.Content, err = s.statementPDF(ctx, statement)
	case formatCSV:
		file.Content, err = written(func(w *bytes.Buffer) error { return sheet.WriteCSV(w, statement.entryTable()) })
	case formatXLSX:
		file.Content, err = written(func(w *bytes.Buffer) error { return sheet.WriteXLSX(w, statement.tables()) })
	}
	if err != nil {
		return File{}, fmt.Errorf("write the statement of %s: %w", statement.From, err)
	}
	return file, nil
}

// settled is a statement as it stays: that of a closed period as it stood when it
// was closed, so that what came late is not in it but in the period that took it.
func settled(ctx context.Context, tx *db.Tx, q StatementQuery) (Statement, error) {
	read := func(q StatementQuery) (Statement, error) {
		return (&making{q: timetrackdb.New(tx), StatementQuery: q}).statement(ctx)
	}
	statement, err := read(q)
	if err != nil || !q.AsOf.IsZero() || !statement.closed() {
		return statement, err
	}
	for _, r := range statement.Retainers {
		if r.Period.ClosedAt.After(q.AsOf) {
			q.AsOf = *r.Period.ClosedAt
		}
	}
	return read(q)
}

// download is the event of a statement that was taken away.
func (st Statement) download(format string) audit.Event {
	subject := audit.Subject{Type: "customer", ID: st.Customer.ID}
	if len(st.Retainers) == 1 {
		subject = audit.Subject{Type: "retainer", ID: st.Retainers[0].RetainerID}
	}
	return audit.Event{
		Action: "statement.download", CustomerID: st.Customer.ID, Subject: subject,
		Payload: map[string]any{"from": st.From, "until": st.Until, "format": format},
	}
}

// isMonth reports whether the statement is of a month of the calendar.
func (st Statement) isMonth() bool {
	return st.From.Day() == 1 && st.From.AddDate(0, 1, 0).Equal(st.Until.Time)
}

// last is the statement's last day.
func (st Statement) last() Day { return Day{Time: st.Until.AddDate(0, 0, -1)} }

func (st Statement) fileName() string {
	if st.isMonth() {
		return "hours-" + st.From.Format("2006-01")
	}
	return "hours-" + st.From.String() + "-to-" + st.last().String()
}

// title is what the statement is of: "Hours, November 2026".
func (st Statement) title() string {
	if st.isMonth() {
		return "Hours, " + st.From.Format("January 2006")
	}
	return "Hours, " + st.From.Format(longDay) + " to " + st.last().Format(longDay)
}

const longDay = "2 January 2006"

// closed reports whether nothing of the statement can change any more.
func (st Statement) closed() bool {
	for _, r := range st.Retainers {
		if r.Period.ClosedAt == nil {
			return false
		}
	}
	return len(st.Retainers) > 0
}

// standing says as of when the statement is.
func (st Statement) standing() string {
	if st.closed() {
		return "Closed. What was logged or changed later stands in the period that it was put right in."
	}
	return "Not closed yet: hours may still be added, changed and approved."
}

// figure is one line of a retainer's figures.
type figure struct {
	label string
	hours Hours
	total bool
}

// figures are what the period comes to, line by line; what is nothing is left out.
func (f Figures) figures(closed bool) []figure {
	lines := []figure{{"Included", f.IncludedHours, false}}
	add := func(label string, hours Hours) {
		if hours != 0 {
			lines = append(lines, figure{label, hours, false})
		}
	}
	add("Rolled over from before", f.RolledOverHours)
	add("Put right from earlier periods", f.AdjustedHours)
	add("Bought beyond the retainer", f.BoughtHours)
	lines = append(lines, figure{"Used", -f.UsedHours, false})
	if closed {
		add("Rolled over into the next period", -f.OnwardHours)
		add("Expired", -f.ExpiredHours)
	}
	lines = append(lines, figure{"Left", f.RemainingHours - f.settledHours(closed), true})
	add("Beyond the retainer", f.OverageHours)
	add("Wait for approval, not counted as used", f.PendingHours)
	add("Rejected, not counted as used", f.RejectedHours)
	return lines
}

// settledHours are what has left a closed period.
func (f Figures) settledHours(closed bool) Hours {
	if !closed {
		return 0
	}
	return f.RemainingHours
}

// kinds are the rows of a ledger in words.
var ledgerWords = map[string]string{
	"grant": "Included", "use": "Used", "rollover": "Rolled over", "expiry": "Expired",
	"overage": "Bought beyond the retainer", "adjustment": "Put right",
}

// what says what a row of the ledger is for, with the work that it belongs to.
func (st Statement) what(l LedgerLine) string {
	words := ledgerWords[l.Kind]
	if l.Kind == "use" && l.Minutes > 0 {
		words = "Given back"
	}
	if l.EntryID != nil {
		if work := st.work(*l.EntryID); work != "" {
			return words + ": " + work
		}
	}
	if l.Note != "" {
		return words + ": " + l.Note
	}
	return words
}

func (st Statement) work(entry uuid.UUID) string {
	for _, e := range st.Entries {
		if e.EntryID == entry {
			return e.TaskDescription
		}
	}
	return ""
}
