package analytics

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Reports reads what all widgets of a dashboard show for a range, and leaves an
// event of the view. The zero Range is the last 30 days.
func (s *Service) Reports(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	return s.report(ctx, id, r, c, "dashboard.view")
}

// reportAsClient is Reports as the customer's people read them.
func (s *Service) reportAsClient(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	return s.readReport(ctx, id, r, c, "dashboard.view", true)
}

// report is Reports under another name in the audit trail, "" for none.
func (s *Service) report(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison, event string) (Report, error) {
	return s.readReport(ctx, id, r, c, event, false)
}

func (s *Service) readReport(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison, event string, asClient bool) (report Report, err error) {
	var asks []ask
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := readDashboard(ctx, tx, id)
		if err != nil {
			return err
		}
		d.asClient = asClient
		report, asks, err = s.read(ctx, tx, d, r, c)
		if err == nil && event != "" {
			tx.Record(about(event, d.Customer.ID, d.ID, map[string]any{"from": report.Range.From, "to": report.Range.To, "compare": c}))
		}
		return err
	})
	if err == nil {
		err = s.askFor(ctx, asks)
	}
	return report, err
}

// Today is the day of a customer's zone.
func Today(ctx context.Context, zone string) widget.Day {
	location, err := clock.Zone(zone)
	if err != nil {
		location = time.UTC // a zone that the portal's tables no longer have
	}
	return widget.DayOf(clock.Now(ctx).In(location))
}

// read reads a dashboard's numbers, all of its widgets' at once.
func (s *Service) read(ctx context.Context, tx *db.Tx, d opened, r widget.Range, c widget.Comparison) (report Report, asks []ask, err error) {
	today := Today(ctx, d.zone)
	if r.IsZero() {
		r, _ = widget.PresetRange(widget.Last30Days, today)
	}
	var check fault.Check
	r.Check(&check, today)
	if c != "" {
		c.Check(&check)
	}
	if err := check.Err(); err != nil {
		return report, nil, err
	}
	sources, err := s.sources(ctx, tx, d.Customer.ID, d.ID, clock.Now(ctx))
	if err != nil {
		return report, nil, err
	}
	metrics, err := s.metricsOf(ctx, tx, d.Customer.ID)
	if err != nil {
		return report, nil, err
	}
	data := &widget.Data{Range: r, Today: today, Metrics: metrics, Labels: s.SourceLabels}
	for _, source := range sources {
		data.Sources = append(data.Sources, source.Source)
	}
	if before, ok := r.Compared(c); ok {
		data.Before = &before
	}
	widgets := visible(d.asClient || tx.Actor().Is(actor.Client), d.Config.Widgets, metrics)
	plan := widget.MakePlan(widgets, metrics, r)
	if err := fetch(ctx, tx, d, plan, data); err != nil {
		return report, nil, err
	}
	report = Report{
		Dashboard: Named{d.ID, d.Name}, Customer: d.Customer, Zone: d.zone, GeneratedAt: clock.Now(ctx),
		Range: Period{r.From, r.To, r.Label()}, Widgets: []widget.Result{}, Freshness: []Freshness{},
	}
	if data.Before != nil {
		report.Comparison = &Period{data.Before.From, data.Before.To, c.Label(r)}
	}
	for _, w := range widgets {
		report.Widgets = append(report.Widgets, data.Result(w))
	}
	for _, source := range sources {
		report.Freshness = append(report.Freshness, freshness(source, data))
	}
	return report, missingRanges(plan, data), nil
}

// fetch reads a plan in one round trip.
func fetch(ctx context.Context, tx *db.Tx, d opened, plan widget.Plan, data *widget.Data) error {
	b := &pgx.Batch{}
	queueDays(b, d.Customer.ID, plan, data)
	queueParts(b, d.Customer.ID, plan, data)
	queueRanges(b, d.Customer.ID, plan, data)
	if plan.Work {
		queueWork(b, d.Customer.ID, d.zone, data)
	}
	if b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, b).Close()
}

// visible are the widgets that a reader sees: those of metrics that are internal to
// the agency are not there for clients.
func visible(client bool, widgets []widget.Widget, metrics *metric.Registry) (list []widget.Widget) {
	for _, w := range widgets {
		if !client || !widget.Internal(w, metrics) {
			list = append(list, w)
		}
	}
	return list
}

// ask is a range of which a source has told nothing yet.
type ask struct {
	source      uuid.UUID
	from, until widget.Day
}

// missingRanges are the ranges that sources are to be asked for.
func missingRanges(plan widget.Plan, d *widget.Data) (asks []ask) {
	if len(plan.Ranges) == 0 {
		return nil
	}
	ranges := []widget.Range{d.Range}
	if d.Before != nil {
		ranges = append(ranges, *d.Before)
	}
	for _, source := range d.Sources {
		for _, r := range ranges {
			if !source.Gone && d.Lacks(source.SourceID, source.Type, plan.Ranges, r) {
				asks = append(asks, ask{source.SourceID, r.From, r.Until()})
			}
		}
	}
	return asks
}

// askFor has sources asked, in the portal's own name. What they answer is there at
// the next reading.
func (s *Service) askFor(ctx context.Context, asks []ask) error {
	if s.Ranges == nil {
		return nil
	}
	ctx = actor.As(ctx, "analytics")
	for _, a := range asks {
		err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.Ranges.AskRange(ctx, tx, a.source, a.from.Time, a.until.Time) })
		if err != nil && !errors.Is(err, db.ErrUnchanged) {
			return err
		}
	}
	return nil
}

// opened is a dashboard with what reading it takes.
type opened struct {
	Dashboard
	zone     string
	asClient bool // what is internal to the agency is left out, whoever reads
}

// KeptFrom is the person who may be kept from single dashboards, or nil: an admin of
// the customer sees all of them.
func KeptFrom(who actor.Actor) *uuid.UUID {
	if who.Is(actor.Client) && who.Role != actor.Admin {
		return &who.ID
	}
	return nil
}

// readDashboard reads a dashboard that the actor sees.
func readDashboard(ctx context.Context, tx *db.Tx, id uuid.UUID) (d opened, err error) {
	who := tx.Actor()
	row, err := analyticsdb.New(tx).Dashboard(ctx, analyticsdb.DashboardParams{ID: id, InactiveToo: !who.Is(actor.Client), ReaderID: KeptFrom(who)})
	if err != nil {
		return d, db.Missing(err, "dashboard")
	}
	d.Dashboard, err = dashboardOf(row.AnalyticsDashboardConfig, row.CustomerName)
	d.zone = row.Timezone
	return d, err
}

func dashboardOf(row analyticsdb.AnalyticsDashboardConfig, customer string) (d Dashboard, err error) {
	d.Config, err = widget.Parse(row.Config)
	d.Summary = Summary{
		ID: row.ID, Customer: Named{row.CustomerID, customer}, Name: row.DashboardName, ClientType: row.ClientType,
		BusinessModel: row.BusinessModel, WebsiteType: row.WebsiteType, IsActive: row.IsActive, WidgetCount: len(d.Config.Widgets),
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
	return d, err
}
