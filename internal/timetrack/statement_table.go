package timetrack

import (
	"github.com/shopspring/decimal"

	"clientportal/internal/maybe"
	"clientportal/internal/sheet"
)

// tables are the sheets of a statement's workbook.
func (st Statement) tables() []sheet.Table {
	summary := sheet.Table{Name: "Summary", Columns: []sheet.Column{{Title: "Retainer", Width: 30}, {Title: "Line", Width: 38}, {Title: "Hours"}, {Title: "Minutes"}, {Title: "Amount"}}}
	ledger := sheet.Table{Name: "Ledger", Columns: []sheet.Column{
		{Title: "Retainer", Width: 30}, {Title: "Day"}, {Title: "What", Width: 60}, {Title: "Hours"}, {Title: "Minutes"}, {Title: "Left"}, {Title: "Amount"},
	}}
	for _, r := range st.Retainers {
		for _, f := range r.Period.figures(r.Period.ClosedAt != nil) {
			summary.Rows = append(summary.Rows, []sheet.Cell{sheet.Text(r.Name), sheet.Text(f.label), hoursCell(f.hours), sheet.Integer(int64(f.hours)), {}})
		}
		if amount := r.Period.BilledAmount; amount != nil {
			summary.Rows = append(summary.Rows, []sheet.Cell{sheet.Text(r.Name), sheet.Text("Billed"), {}, {}, sheet.Money(amount.Decimal, r.Currency)})
		}
		for _, l := range r.Ledger {
			ledger.Rows = append(ledger.Rows, []sheet.Cell{
				sheet.Text(r.Name), sheet.Day(l.Day.Time), sheet.Text(st.what(l)), hoursCell(l.Hours), sheet.Integer(int64(l.Minutes)), hoursCell(l.Balance),
				moneyCell(l.Amount, r.Currency),
			})
		}
	}
	return []sheet.Table{summary, ledger, st.entryTable()}
}

// entryTable is the work, a row for each entry.
func (st Statement) entryTable() sheet.Table {
	t := sheet.Table{Name: "Entries", Columns: []sheet.Column{
		{Title: "Day"}, {Title: "Person", Width: 22}, {Title: "Work", Width: 60}, {Title: "Category", Width: 16}, {Title: "Project", Width: 26}, {Title: "Ticket"},
		{Title: "Hours"}, {Title: "Minutes"}, {Title: "Billable"}, {Title: "Approval"}, {Title: "By", Width: 22}, {Title: "Rate"}, {Title: "Currency"},
	}}
	for _, e := range st.Entries {
		t.Rows = append(t.Rows, []sheet.Cell{
			sheet.Day(e.DateWorked.Time), sheet.Text(maybe.Value(e.EmployeeName)), sheet.Text(e.TaskDescription), sheet.Text(maybe.Value(e.Category)),
			sheet.Text(maybe.Value(e.QuoteName)), sheet.Text(maybe.Value(e.TicketNumber)), hoursCell(e.Hours), sheet.Integer(int64(e.Minutes)),
			sheet.Text(yesNo(e.Billable)), sheet.Text(string(e.Approval)), sheet.Text(maybe.Value(e.DecidedByName)), moneyCell(e.HourlyRate, e.Currency), sheet.Text(e.Currency),
		})
	}
	return t
}

func hoursCell(h Hours) sheet.Cell {
	return sheet.Decimal(decimal.RequireFromString(h.String())) // with its two places
}

func moneyCell(amount *Amount, currency string) sheet.Cell {
	if amount == nil {
		return sheet.Cell{}
	}
	return sheet.Money(amount.Decimal, currency)
}
