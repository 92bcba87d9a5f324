package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// uploadLimits bound a file of numbers.
var uploadLimits = sheet.Limits{Rows: 20_000, Columns: 40, Bytes: 5_000_000}

// Mapping says what the columns of a table hold. It is kept with the source, for the
// next file.
type Mapping struct {
	Columns   []Column `json:"columns"`
	DayFormat string   `json:"day_format"` // one of DayFormats
	Comma     bool     `json:"comma"`      // decimals are written with a comma
	Currency  string   `json:"currency"`   // of money
}

// Column is what a column holds; an empty Use is not read.
type Column struct {
	Head   string `json:"head"`
	Use    string `json:"use"`   // "day", "dimension", or how and in which unit a metric adds up: "sum:money"
	Label  string `json:"label"` // of a metric or a dimension
	Hidden bool   `json:"hidden"`
}

// The uses of a column that is no metric.
const (
	useDay       = "day"
	useDimension = "dimension"
)

// DayFormats are how a day may be written, with an example of each.
var DayFormats = []struct{ Layout, Example string }{
	{"2006-01-02", "2026-11-25"}, {"02.01.2006", "25.11.2026"}, {"02/01/2006", "25/11/2026"}, {"01/02/2006", "11/25/2026"}, {"20060102", "20261125"},
}

// Uses are what a column may hold, in the words of the screen.
var Uses = []struct{ Value, Label string }{
	{"", "Not read"}, {useDay, "The day"}, {useDimension, "A name to split by"},
	{"sum:count", "A count, added up"}, {"sum:money", "Money, added up"}, {"sum:number", "A number, added up"}, {"sum:seconds", "Seconds, added up"},
	{"last:count", "A count, the last one stands"}, {"last:money", "Money, the last stands"}, {"last:number", "A number, the last stands"}, {"last:percent", "A share, the last stands"},
}

// Upload keeps a file of a csv source until it is imported.
func (s *Service) Upload(ctx context.Context, id uuid.UUID, name string, file []byte) (upload uuid.UUID, err error) {
	who, err := manager(ctx)
	if err != nil {
		return upload, err
	}
	read := sheet.Parse
	if sheet.IsWorkbook(file) {
		read = sheet.ParseWorkbook
	}
	table, err := read(file, uploadLimits, "file")
	if err != nil {
		return upload, err
	}
	rows, err := json.Marshal(table.Rows)
	if err != nil {
		return upload, err
	}
	upload = newID()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.SourceType != CSV {
			return fault.New(fault.Conflict, "Files are for sources of the kind csv.")
		}
		tx.Record(about("upload", l.CustomerID, id, map[string]any{"upload_id": upload, "file_name": name, "rows": len(table.Rows)}))
		return q.AddUpload(ctx, datasourcedb.AddUploadParams{
			ID: upload, CustomerID: l.CustomerID, SourceID: id, FileName: name, Header: table.Header, Rows: rows, UploadedBy: who.Name, CreatedAt: clock.Now(ctx),
		})
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload a table: %w", err)
	}
	return upload, nil
}

// Table is an upload with what its columns are taken for.
type Table struct {
	ID       uuid.UUID
	Source   Source
	FileName string
	Header   []string
	Rows     []sheet.Row
	Mapping  Mapping
	Imported bool
}

// UploadedTable is an upload as it waits to be imported. Its mapping is the source's,
// as far as the heads are the same; else what they look like.
func (s *Service) UploadedTable(ctx context.Context, id, upload uuid.UUID) (t Table, err error) {
	if _, err := manager(ctx); err != nil {
		return t, err
	}
	return t, s.DB.Read(ctx, func(tx *db.Tx) error {
		l, row, err := uploaded(ctx, tx, id, upload)
		if err != nil {
			return err
		}
		t = Table{ID: row.ID, Source: sourceOf(l, clock.Now(ctx)), FileName: row.FileName, Header: row.Header, Imported: row.ImportedAt != nil}
		if err := json.Unmarshal(row.Rows, &t.Rows); err != nil {
			return err
		}
		t.Mapping = guess(t.Header, t.Rows, mappingOf(l))
		return nil
	})
}

func uploaded(ctx context.Context, tx *db.Tx, id, upload uuid.UUID) (l loaded, row datasourcedb.SourceUpload, err error) {
	q := datasourcedb.New(tx)
	if l, err = load(ctx, q, id); err != nil {
		return l, row, err
	}
	row, err = q.Upload(ctx, datasourcedb.UploadParams{ID: upload, SourceID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return l, row, fault.Missing("file")
	}
	return l, row, err
}

func mappingOf(l loaded) Mapping {
	var settings struct{ Mapping Mapping }
	_ = json.Unmarshal(l.Settings, &settings) // ours, or empty
	return settings.Mapping
}

// Import is what came, or would come, of a table.
type Import struct {
	Accepted int          `json:"accepted"`
	Changed  bool         `json:"changed"`
	Refused  []RefusedRow `json:"refused"`
	From     *Day         `json:"from"`
	To       *Day         `json:"to"`
	facts    []upstream.Fact
	metrics  []OwnMetric
}

// DryRun says what an import would come to, and changes nothing.
func (t Table) DryRun(m Mapping) (Import, error) { return t.read(m) }

// ImportTable keeps the rows of a table that are right, and the mapping for the next.
func (s *Service) ImportTable(ctx context.Context, id, upload uuid.UUID, m Mapping) (done Import, err error) {
	who, err := manager(ctx)
	if err != nil {
		return done, err
	}
	t, err := s.UploadedTable(ctx, id, upload)
	if err != nil {
		return done, err
	}
	if t.Imported {
		return done, fault.New(fault.Conflict, "This file is imported already.")
	}
	if done, err = t.read(m); err != nil {
		return done, err
	}
	if done.Accepted == 0 {
		return done, fault.New(fault.Conflict, "No row can be imported as the columns are read now.")
	}
	if err := s.ensureMonths(actor.As(ctx, "data source store"), spanOf(done.facts)); err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		for i, own := range done.metrics {
			if err := defineMetric(ctx, q, l, own, i); err != nil {
				return err
			}
		}
		if err := s.merge(ctx, tx, l.CustomerID, id, done.facts, done.metrics, importRun, who.Name, len(done.Refused)); err != nil {
			return err
		}
		settings, err := json.Marshal(map[string]Mapping{"mapping": m})
		if err != nil {
			return err
		}
		now := clock.Now(ctx)
		if err := q.SetSettings(ctx, datasourcedb.SetSettingsParams{ID: id, Settings: settings, Now: now}); err != nil {
			return err
		}
		tx.Record(about("import", l.CustomerID, id, map[string]any{"upload_id": upload, "file_name": t.FileName, "accepted": done.Accepted, "refused": len(done.Refused)}))
		return q.Imported(ctx, datasourcedb.ImportedParams{ID: upload, ImportedAt: &now})
	})
	if err != nil {
		return done, fmt.Errorf("import a table: %w", err)
	}
	return done, nil
}

// read makes facts of the rows, and says what is wrong with those that are left out.
func (t Table) read(m Mapping) (Import, error) {
	plan, err := t.plan(m)
	if err != nil {
		return Import{}, err
	}
	done := Import{Refused: []RefusedRow{}, metrics: plan.metrics}
	seen := map[string]int{}
	for _, r := range t.Rows {
		facts, refused := plan.facts(r, t.Source.Timezone)
		if refused == nil && len(facts) > 0 {
			if first, twice := seen[factKey(facts[0])]; twice {
				refused = &RefusedRow{Field: "day", Message: fmt.Sprintf("Line %d has the same day and names.", first)}
			}
			seen[factKey(facts[0])] = r.Line
		}
		if refused != nil {
			refused.Row = r.Line
			done.Refused = append(done.Refused, *refused)
			continue
		}
		done.Accepted++
		for _, f := range facts {
			if done.From == nil || f.Day.Before(done.From.Time) {
				done.From = &Day{f.Day}
			}
			if done.To == nil || f.Day.After(done.To.Time) {
				done.To = &Day{f.Day}
			}
		}
		done.facts = append(done.facts, facts...)
	}
	return done, nil
}

// plan is a mapping that has been looked at.
type plan struct {
	Mapping
	day        int
	dimensions map[int]string
	columns    []int // of the metrics
	metrics    []OwnMetric
}

func (t Table) plan(m Mapping) (plan, error) {
	p := plan{Mapping: m, day: -1, dimensions: map[int]string{}}
	var check fault.Check
	check.That(slices.ContainsFunc(DayFormats, func(f struct{ Layout, Example string }) bool { return f.Layout == m.DayFormat }), "day_format", "Choose how the days are written.")
	check.That(len(m.Columns) == len(t.Header), "columns", "Say of each column what it holds.")
	names, kinds := map[string]bool{}, []string{}
	for i, c := range m.Columns {
		field := fmt.Sprintf("use%d", i)
		how, unit, isMetric := strings.Cut(c.Use, ":")
		name := nameOf(c.Label, c.Head, i)
		switch c.Use {
		case "":
			continue
		case useDay:
			check.That(p.day < 0, field, "Two columns are taken for the day.")
			p.day = i
			continue
		}
		check.That(!names[name], field, "Two columns would be called %s: give one another name.", name)
		names[name] = true
		if c.Use == useDimension {
			p.dimensions[i] = name
			kinds = append(kinds, name)
			continue
		}
		check.That(isMetric && slices.ContainsFunc(Uses, func(u struct{ Value, Label string }) bool { return u.Value == c.Use }), field, "Choose what the column holds.")
		own := OwnMetric{Name: CSV + "." + name, Label: firstOf(c.Label, c.Head), Unit: unit, Aggregation: how, Hidden: c.Hidden}
		if unit == "money" {
			check.That(currencyCode.MatchString(m.Currency), "currency", "Say which currency the money is in: three letters, such as EUR.")
			own.Currency = &m.Currency
		}
		p.columns, p.metrics = append(p.columns, i), append(p.metrics, own)
	}
	check.That(p.day >= 0, "columns", "Say which column is the day.")
	check.That(len(p.metrics) > 0, "columns", "Say which columns are numbers.")
	check.That(len(kinds) <= 5, "columns", "Use at most five names to split by.")
	for i := range p.metrics {
		p.metrics[i].Dimensions = kinds
	}
	return p, check.Err()
}

// facts are those of one row. An empty cell is no number, and never 0.
func (p plan) facts(r sheet.Row, zone string) ([]upstream.Fact, *RefusedRow) {
	day, refused := readDay(fromSerial(r.Cell(p.day), p.DayFormat), p.DayFormat)
	if refused != nil {
		return nil, refused
	}
	dimensions := map[string]string{}
	for i, name := range p.dimensions {
		dimensions[name] = r.Cell(i)
	}
	var facts []upstream.Fact
	for i, column := range p.columns {
		text := strings.TrimSpace(r.Cell(column))
		if text == "" {
			continue
		}
		value, err := p.number(text)
		if err != nil {
			return nil, &RefusedRow{Field: p.Columns[column].Head, Message: fmt.Sprintf("%.30q is no number.", text)}
		}
		f, refused := factOf(p.metrics[i], day, value, "", dimensions, zone)
		if refused != nil {
			return nil, refused
		}
		facts = append(facts, f)
	}
	if len(facts) == 0 {
		return nil, &RefusedRow{Field: "columns", Message: "The line has no numbers."}
	}
	return facts, nil
}

// number reads a number as people write it, with their mark of thousands.
func (p plan) number(text string) (decimal.Decimal, error) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", "$", "", "£", "").Replace(text)
	share := strings.HasSuffix(text, "%")
	text = strings.TrimSuffix(text, "%")
	if p.Comma {
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	} else {
		text = strings.ReplaceAll(text, ",", "")
	}
	value, err := upstream.Number(text)
	if share {
		value = value.Shift(-2)
	}
	return value, err
}

var serial = regexp.MustCompile(`^[3-6][0-9]{4}(\.0+)?$`)

// fromSerial is a day of a workbook, which keeps days as numbers, as it is written.
func fromSerial(text, layout string) string {
	if !serial.MatchString(text) || layout == "20060102" {
		return text
	}
	whole, _, _ := strings.Cut(text, ".")
	days, err := strconv.Atoi(whole)
	if err != nil {
		return text
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days).Format(layout)
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf is what a metric or dimension is called by programs.
func nameOf(label, head string, i int) string {
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(firstOf(label, head)), "_"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = fmt.Sprintf("column_%d", i+1)
	}
	return name[:min(len(name), 48)]
}

func firstOf(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return strings.TrimSpace(b)
}

var withComma = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+$|^-?[0-9]+,[0-9]{1,2}$`)

// guess is the mapping of a table that looks right: the one that is kept, where the
// heads are the same, and else by what stands in the columns.
func guess(header []string, rows []sheet.Row, kept Mapping) Mapping {
	heads := make([]string, len(kept.Columns))
	for i, c := range kept.Columns {
		heads[i] = c.Head
	}
	if slices.Equal(heads, header) {
		return kept
	}
	m := Mapping{DayFormat: DayFormats[0].Layout, Currency: kept.Currency}
	first := rows[:min(len(rows), 20)]
	taken := false
	for i, head := range header {
		c := Column{Head: head, Label: head}
		layout, isDay := dayFormat(first, i)
		switch numbers, comma := numeric(first, i); {
		case isDay && !taken:
			c.Use, m.DayFormat, taken = useDay, layout, true
		case numbers:
			c.Use, m.Comma = "sum:number", m.Comma || comma
		default:
			c.Use = useDimension
		}
		m.Columns = append(m.Columns, c)
	}
	return m
}

// dayFormat is the format in which all these cells are days.
func dayFormat(rows []sheet.Row, column int) (string, bool) {
	for _, f := range DayFormats {
		all := true
		for _, r := range rows {
			_, refused := readDay(fromSerial(r.Cell(column), f.Layout), f.Layout)
			all = all && refused == nil
		}
		if all && len(rows) > 0 {
			return f.Layout, true
		}
	}
	return "", false
}

func numeric(rows []sheet.Row, column int) (all, comma bool) {
	seen := false
	for _, r := range rows {
		text := strings.TrimSpace(r.Cell(column))
		if text == "" {
			continue
		}
		seen = true
		comma = comma || withComma.MatchString(text)
		if _, err := (plan{Mapping: Mapping{Comma: comma}}).number(text); err != nil {
			return false, false
		}
	}
	return seen, comma
}
