package datasource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// maxFacts bounds what one window may hold in memory; more is asked for in less days.
const maxFacts = 1_000_000

// reportDay is what is replaced whole.
type reportDay struct {
	report string
	day    time.Time
}

// row is a fact as it is stored.
type row struct {
	reportDay
	metric     string
	dimensions *string // JSON with sorted keys
	value      decimal.Decimal
	currency   *string
	zone       string
	flags      int16
	internal   bool
}

// gathered is what was read of a window; it implements upstream.Sink.
type gathered struct {
	window   upstream.Window
	internal func(metric string) bool

	rows   []row
	seen   map[uint64]struct{}
	seed   maphash.Seed
	texts  map[string]*string // equal texts are kept once
	sums   map[reportDay]*fingerprint
	broken error
}

func gather(w upstream.Window, internal func(metric string) bool) *gathered {
	return &gathered{
		window: w, internal: internal, seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(),
		texts: map[string]*string{}, sums: map[reportDay]*fingerprint{},
	}
}

// fingerprint is the same for the same rows in any order.
type fingerprint struct {
	rows int32
	sums [3]uint64
}

func (f *fingerprint) add(b []byte) {
	sum := sha256.Sum256(b)
	f.rows++
	for i := range f.sums {
		f.sums[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
}

func (f *fingerprint) bytes() []byte {
	var b []byte
	for _, sum := range f.sums {
		b = binary.BigEndian.AppendUint64(b, sum)
	}
	return b
}

// Put takes a fact, or says what is wrong with it. One that is wrong spoils the
// window: nothing of it is stored.
func (g *gathered) Put(f upstream.Fact) error {
	if g.broken == nil {
		g.broken = g.put(f)
	}
	return g.broken
}

func (g *gathered) put(f upstream.Fact) error {
	if len(g.rows) == maxFacts {
		return &upstream.Failure{Kind: upstream.Smaller, Code: "too_many", Client: "There is a lot to read; it is read in parts.", Staff: "A window has more than a million numbers."}
	}
	if f.Day.Before(g.window.From) || !f.Day.Before(g.window.Until) {
		return wrong("a number of %s, which was not asked for", f.Day.Format(time.DateOnly))
	}
	r, key, err := g.rowOf(f)
	if err != nil {
		return err
	}
	hash := maphash.Bytes(g.seed, key)
	if _, twice := g.seen[hash]; twice {
		return wrong("the same number twice (%s on %s)", f.Metric, f.Day.Format(time.DateOnly))
	}
	g.seen[hash] = struct{}{}
	sum := g.sums[r.reportDay]
	if sum == nil {
		sum = &fingerprint{}
		g.sums[r.reportDay] = sum
	}
	sum.add(r.content(key))
	g.rows = append(g.rows, r)
	return nil
}

// rowOf makes a row of a fact, and the bytes that tell it from all others.
func (g *gathered) rowOf(f upstream.Fact) (row, []byte, error) {
	day := f.Day.UTC().Truncate(24 * time.Hour)
	r := row{
		reportDay: reportDay{*g.text(f.Report), day}, metric: *g.text(f.Metric), value: f.Value, zone: *g.text(f.Zone),
		flags: int16(f.Flags), internal: g.internal(f.Metric),
	}
	switch {
	case f.Report == "" || f.Metric == "":
		return r, nil, wrong("a number without a name")
	case f.Value.Exponent() > 30 || f.Value.Exponent() < -30 || f.Value.NumDigits() > 60:
		return r, nil, wrong("a number that is too long (%s)", f.Metric)
	case f.Zone == "":
		return r, nil, wrong("a number without a time zone (%s)", f.Metric)
	}
	if f.Currency != "" {
		r.currency = g.text(f.Currency)
	}
	key := fmt.Appendf(nil, "%s\x00%s\x00%s\x00", f.Report, day.Format(time.DateOnly), f.Metric)
	if len(f.Dimensions) > 0 {
		b, err := json.Marshal(cleaned(f.Dimensions)) // sorted by key
		if err != nil {
			return r, nil, err
		}
		r.dimensions = g.text(string(b))
		key = append(key, b...)
	}
	return r, append(append(key, 0), f.Currency...), nil
}

// cleaned are dimensions as PostgreSQL takes them: names of pages and campaigns are
// anybody's texts.
func cleaned(dimensions map[string]string) map[string]string {
	clean := make(map[string]string, len(dimensions))
	for name, value := range dimensions {
		clean[name] = string(bytes.ReplaceAll(bytes.ToValidUTF8([]byte(value), []byte("\uFFFD")), []byte{0}, nil))
	}
	return clean
}

func (r row) content(key []byte) []byte {
	return fmt.Appendf(slices.Clone(key), "\x00%s\x00%s\x00%d\x00%t", r.value.String(), r.zone, r.flags, r.internal)
}

func (g *gathered) text(s string) *string {
	if kept, ok := g.texts[s]; ok {
		return kept
	}
	g.texts[s] = &s
	return &s
}

func wrong(format string, args ...any) error {
	return upstream.Garbled("The source", fmt.Sprintf(format, args...), nil)
}

// stored is what became of a window.
type stored struct {
	changed int64 // rows that were written
	more    int64 // rows that there are now beyond before; may be negative
}

// replace puts what was read in the place of what stood there, report by report and
// day by day, where it differs: in the caller's transaction, so that readers see the
// old numbers or the new ones.
func (g *gathered) replace(ctx context.Context, tx *db.Tx, customer, source uuid.UUID) (stored, error) {
	q := datasourcedb.New(tx)
	kept, err := q.Days(ctx, datasourcedb.DaysParams{SourceID: source, FromDay: g.window.From, UntilDay: g.window.Until})
	if err != nil {
		return stored{}, err
	}
	changed := map[reportDay]bool{}
	for key := range g.sums {
		changed[key] = true
	}
	for _, k := range kept {
		key := reportDay{k.Report, k.Day}
		if sum := g.sums[key]; sum != nil && sum.rows == k.Rows && bytes.Equal(sum.bytes(), k.Fingerprint) {
			delete(changed, key)
		} else {
			changed[key] = true
		}
	}
	if len(changed) == 0 {
		return stored{}, nil
	}
	reports, days := columns(maps.Keys(changed))
	dropped, err := q.DropFacts(ctx, datasourcedb.DropFactsParams{SourceID: source, Reports: reports, Days: days, FromDay: g.window.From, UntilDay: g.window.Until})
	if err != nil {
		return stored{}, fmt.Errorf("remove the old numbers: %w", err)
	}
	if err := q.DropDays(ctx, datasourcedb.DropDaysParams{SourceID: source, Reports: reports, Days: days}); err != nil {
		return stored{}, err
	}
	written, err := g.write(ctx, tx, customer, source, func(key reportDay) bool { return changed[key] })
	if err != nil {
		return stored{}, fmt.Errorf("write the new numbers: %w", err)
	}
	if err := q.KeepMonths(ctx, datasourcedb.KeepMonthsParams{Source: source, Reports: reports, Days: days}); err != nil {
		return stored{}, fmt.Errorf("put the months together: %w", err)
	}
	return stored{changed: written, more: written - dropped}, g.keepDays(ctx, q, customer, source, changed)
}

// columns are reports and days side by side, as statements take them.
func columns(keys iter.Seq[reportDay]) (reports []string, days []time.Time) {
	for key := range keys {
		reports, days = append(reports, key.report), append(days, key.day)
	}
	return reports, days
}

func (g *gathered) keepDays(ctx context.Context, q *datasourcedb.Queries, customer, source uuid.UUID, changed map[reportDay]bool) error {
	p := datasourcedb.KeepDaysParams{CustomerID: customer, SourceID: source}
	for key, sum := range g.sums {
		if changed[key] {
			p.Reports, p.Days = append(p.Reports, key.report), append(p.Days, key.day)
			p.Rows, p.Fingerprints = append(p.Rows, sum.rows), append(p.Fingerprints, sum.bytes())
		}
	}
	if len(p.Days) == 0 {
		return nil
	}
	return q.KeepDays(ctx, p)
}

// COPY is not for tables with row-level security, so rows go through a table of the
// connection's own.
const makeStaging = `create temporary table if not exists metric_staging (
	day date not null, report text not null, metric text not null, dimensions jsonb, value numeric not null,
	currency text, zone text not null, flags smallint not null, internal boolean not null) on commit delete rows`

var stagingColumns = []string{"day", "report", "metric", "dimensions", "value", "currency", "zone", "flags", "internal"}

// write copies the rows of these days into the store.
func (g *gathered) write(ctx context.Context, tx *db.Tx, customer, source uuid.UUID, wanted func(reportDay) bool) (int64, error) {
	if err := g.stage(ctx, tx, wanted); err != nil {
		return 0, err
	}
	return g.insert(ctx, tx, customer, source)
}

func (g *gathered) stage(ctx context.Context, tx *db.Tx, wanted func(reportDay) bool) error {
	if _, err := tx.Exec(ctx, makeStaging); err != nil {
		return err
	}
	next := 0
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		for next < len(g.rows) {
			r := g.rows[next]
			next++
			if wanted(r.reportDay) {
				return []any{r.day, r.report, r.metric, r.dimensions, r.value, r.currency, r.zone, r.flags, r.internal}, nil
			}
		}
		return nil, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"metric_staging"}, stagingColumns, rows)
	return err
}

func (g *gathered) insert(ctx context.Context, tx *db.Tx, customer, source uuid.UUID) (int64, error) {
	tag, err := tx.Exec(ctx, `
		insert into metric_facts (customer_id, source_id, day, report, metric, dimensions, value, currency, zone, flags, internal)
		select $1, $2, day, report, metric, dimensions, value, currency, zone, flags, internal from metric_staging`, customer, source)
	return tag.RowsAffected(), err
}

// sameUnits are the zone and the currency of the rows, "" where there is none.
func (g *gathered) sameUnits() (zone, currency string) {
	for _, r := range g.rows {
		zone = r.zone
		if r.currency != nil {
			return zone, *r.currency
		}
	}
	return zone, ""
}
