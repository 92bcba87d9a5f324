package timetrack

import (
	"slices"
	"strings"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// What a column of an imported report holds, as the reports name it and as the
// report of the import tells of it.
const (
	colClient      = "client"
	colProject     = "project"
	colTask        = "task"
	colDescription = "description"
	colPerson      = "user"
	colFirstName   = "first_name"
	colLastName    = "last_name"
	colEmail       = "email"
	colDay         = "start"
	colTime        = "start_time"
	colDuration    = "duration"
	colBillable    = "billable"
	colTags        = "tags"
)

// importFormat is the detailed report of a program. Columns are found by their
// heads, in whatever order they stand.
type importFormat struct {
	name, label string
	heads       map[string][]string // by what they hold, the likeliest first
	needs       []string            // without these it is another program's report
}

// importFormats are tried in this order: none has all that another one needs.
var importFormats = []importFormat{
	{
		name: "clockify", label: "Clockify",
		heads: map[string][]string{
			colClient: {"client"}, colProject: {"project"}, colTask: {"task"}, colDescription: {"description"},
			colPerson: {"user"}, colEmail: {"email"}, colTags: {"tags"}, colBillable: {"billable"},
			colDay: {"start date"}, colTime: {"start time"}, colDuration: {"duration (h)", "duration (decimal)"},
		},
		needs: []string{colPerson, colDescription, colDay, colDuration},
	},
	{
		name: "toggl", label: "Toggl Track",
		heads: map[string][]string{
			colClient: {"client"}, colProject: {"project"}, colTask: {"task"}, colDescription: {"description"},
			colPerson: {"user", "member"}, colEmail: {"email"}, colTags: {"tags"}, colBillable: {"billable"},
			colDay: {"start date"}, colTime: {"start time"}, colDuration: {"duration"},
		},
		needs: []string{colPerson, colDescription, colDay, colDuration},
	},
	{
		name: "harvest", label: "Harvest",
		heads: map[string][]string{
			colClient: {"client"}, colProject: {"project"}, colTask: {"task"}, colDescription: {"notes"},
			colFirstName: {"first name"}, colLastName: {"last name"}, colEmail: {"email"}, colBillable: {"billable?", "billable"},
			colDay: {"date"}, colTime: {"started at"}, colDuration: {"hours"}, colTags: {"tags"},
		},
		needs: []string{colClient, colDescription, colFirstName, colLastName, colDay, colDuration},
	},
}

// report is an uploaded file whose format is known.
type report struct {
	importFormat
	at     map[string]int // where each column stands
	header []string
	rows   []sheet.Row
}

// reportOf says by its head whose detailed report a table is.
func reportOf(table sheet.Sheet) (report, error) {
	heads := make([]string, len(table.Header))
	for i, head := range table.Header {
		heads[i] = folded(head)
	}
	for _, format := range importFormats {
		at := map[string]int{}
		for holds, names := range format.heads {
			for _, name := range names {
				if i := slices.Index(heads, name); i >= 0 {
					at[holds] = i
					break
				}
			}
		}
		missing := func(column string) bool { _, ok := at[column]; return !ok }
		if !slices.ContainsFunc(format.needs, missing) {
			return report{format, at, table.Header, table.Rows}, nil
		}
	}
	return report{}, fault.InvalidField("file", "Its first line is not that of a detailed report of Toggl Track, Harvest or Clockify. "+
		"Export the detailed report there as CSV, with the columns that it has by itself.")
}

// cell is what a row holds, "" where the report has no such column.
func (r report) cell(row sheet.Row, column string) string {
	if at, ok := r.at[column]; ok {
		return row.Cell(at)
	}
	return ""
}

// person is the name of whoever did the work.
func (r report) person(row sheet.Row) string {
	if name := r.cell(row, colPerson); name != "" {
		return name
	}
	return strings.TrimSpace(r.cell(row, colFirstName) + " " + r.cell(row, colLastName))
}

// folded is a text as it is compared: white space and case make no difference.
func folded(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
