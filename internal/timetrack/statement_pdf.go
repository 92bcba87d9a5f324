package timetrack

import (
	"context"
	"fmt"
	"strings"

	"clientportal/internal/pdf"
)

// statementPDF draws a statement. It is dated on its own last day, not on that on
// which somebody asks for it.
func (s *Service) statementPDF(ctx context.Context, st Statement) ([]byte, error) {
	head, err := s.Paper(ctx)
	if err != nil {
		return nil, err
	}
	d := pdf.New(head, st.title()+", "+st.Customer.Name, st.last().Time)
	d.Title(st.title())
	d.Paragraph(fmt.Sprintf("For %s\n%s to %s, days in %s\n%s", st.Customer.Name, st.From.Format(longDay), st.last().Format(longDay), st.TimeZone, st.standing()))
	for _, r := range st.Retainers {
		st.drawRetainer(d, r)
	}
	st.drawEntries(d)
	return d.Bytes()
}

// drawRetainer writes what a retainer's period comes to, and its ledger.
func (st Statement) drawRetainer(d *pdf.Document, r RetainerStatement) {
	d.Heading(r.Name)
	if r.QuoteName != nil {
		d.Paragraph("For the project " + *r.QuoteName)
	}
	var rows []pdf.Row
	for _, f := range r.Period.figures(r.Period.ClosedAt != nil) {
		rows = append(rows, pdf.Row{Cells: []string{f.label, signed(f.hours) + " h"}, Bold: f.total})
	}
	if amount := r.Period.BilledAmount; amount != nil && r.OverageRate != nil {
		rows = append(rows, pdf.Row{Cells: []string{"Billed beyond the retainer, at " + r.Currency + " " + r.OverageRate.String() + " an hour", r.Currency + " " + amount.String()}, Bold: true})
	}
	d.Table([]pdf.Column{{Share: 13}, {Share: 4, Right: true}}, rows)
	if len(r.Ledger) == 0 {
		return
	}
	rows = nil
	for _, l := range r.Ledger {
		rows = append(rows, pdf.Row{Cells: []string{l.Day.Format("2 Jan"), st.what(l), signed(l.Hours), signed(l.Balance)}})
	}
	d.Space(2)
	d.Table([]pdf.Column{{Title: "Day", Share: 2}, {Title: "Ledger", Share: 11}, {Title: "Hours", Share: 2, Right: true}, {Title: "Left", Share: 2, Right: true}}, rows)
}

// drawEntries writes the work, line by line.
func (st Statement) drawEntries(d *pdf.Document) {
	d.Room(45) // no heading without a row
	d.Heading("Entries")
	if len(st.Entries) == 0 {
		d.Paragraph("No hours were worked on these days.")
		return
	}
	var rows []pdf.Row
	for _, e := range st.Entries {
		rows = append(rows, pdf.Row{Cells: []string{e.DateWorked.Format("2 Jan"), e.TaskDescription + "\n" + e.particulars(), e.decision(), e.Hours.String()}})
	}
	rows = append(rows, pdf.Row{Cells: []string{"", "All entries", "", st.Totals.Hours.String()}, Bold: true})
	d.Table([]pdf.Column{{Title: "Day", Share: 2}, {Title: "Work", Share: 9}, {Title: "Approval", Share: 4}, {Title: "Hours", Share: 2, Right: true}}, rows)
	d.Note(fmt.Sprintf("Approved %s h, pending %s h, rejected %s h. Hours are rounded to two places; sums are of the minutes.",
		st.Totals.ApprovedHours, st.Totals.PendingHours, st.Totals.RejectedHours))
}

// particulars are who did the work, and for what.
func (e StatementLine) particulars() string {
	var parts []string
	for _, part := range []*string{e.EmployeeName, e.Category, e.QuoteName, e.TicketNumber} {
		if part != nil && *part != "" {
			parts = append(parts, *part)
		}
	}
	if !e.Billable {
		parts = append(parts, "not billable")
	}
	return strings.Join(parts, ", ")
}

func (e StatementLine) decision() string {
	words := map[Approval]string{Pending: "Pending", Approved: "Approved", Rejected: "Rejected"}[e.Approval]
	if e.DecidedByName != nil && e.Approval != Pending {
		words += ", " + *e.DecidedByName
	}
	return words
}
