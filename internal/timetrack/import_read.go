package timetrack

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// imported is a row of a report, read but not yet matched with what the portal knows.
type imported struct {
	row         sheet.Row
	client      string
	project     string
	person      string
	email       string
	description string
	category    string
	day         time.Time
	minutes     int
	billable    bool
	key         string // the same for the same row of a later file
}

// read reads a row by itself. Its faults name the columns.
func (r report) read(row sheet.Row, order dayOrder) (imported, error) {
	var check fault.Check
	check.That(len(row.Cells) <= len(r.header), "", "The row has %d cells, but there are %d columns. A text with a comma in it needs quotes.", len(row.Cells), len(r.header))
	e := imported{
		row: row, client: r.cell(row, colClient), project: r.cell(row, colProject),
		person: r.person(row), email: strings.ToLower(r.cell(row, colEmail)), billable: true,
	}
	task, tags := r.cell(row, colTask), r.cell(row, colTags)
	firstTag, _, _ := strings.Cut(tags, ",")
	e.category = check.Text(colTask, "the task", firstOf(task, strings.TrimSpace(firstTag)), 0, 100)
	e.description = check.Text(colDescription, "the description", firstOf(r.cell(row, colDescription), task), 1, maxDescription)
	check.That(e.client != "" || e.project != "", colClient, "Name the client.")
	check.That(e.person != "" || e.email != "", colPerson, "Name the person.")

	var wrong string
	if e.day, wrong = parseDay(firstWord(r.cell(row, colDay)), order); wrong != "" {
		check.Add(colDay, "%s", wrong)
	}
	if e.minutes, wrong = parseDuration(r.cell(row, colDuration)); wrong != "" {
		check.Add(colDuration, "%s", wrong)
	}
	yes, known, wrong := parseYes(r.cell(row, colBillable))
	if known {
		e.billable = yes
	}
	check.That(wrong == "", colBillable, "%s", wrong)
	e.key = e.fingerprint(r.name, task, clockTime(r.cell(row, colTime)))
	return e, check.Err()
}

// fingerprint is what makes a row the same one: no program exports its entries'
// numbers. The project's client and tags are left out, since people tidy them up.
func (e imported) fingerprint(source, task, start string) string {
	hash := sha256.New()
	for _, part := range []string{
		source, firstOf(e.email, folded(e.person)), folded(e.project), folded(task), folded(e.description),
		e.day.Format(time.DateOnly), start, strconv.Itoa(e.minutes),
	} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// dates are all dates of the report, in which the order of one tells that of all.
func (r report) dates() []string {
	dates := make([]string, len(r.rows))
	for i, row := range r.rows {
		dates[i] = firstWord(r.cell(row, colDay))
	}
	return dates
}

// firstWord leaves out the time that some put behind a date.
func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
