package timetrack

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
)

// SummaryInput says when, in an address.
type SummaryInput struct {
	AsOf string `query:"as_of" doc:"The end of a day, or a moment: what was recorded later is not in it then"`
}

// query reads the day or moment.
func (in SummaryInput) query(ctx context.Context) (q SummaryQuery, err error) {
	if in.AsOf == "" {
		return q, nil
	}
	now := clock.Now(ctx)
	if q.AsOf = dayOf(in.AsOf); q.AsOf != nil {
		if q.AsOf.After(now.AddDate(1, 0, 0)) {
			err = fault.InvalidField("query.as_of", "Choose a day within a year from now.")
		}
		return q, err
	}
	known, err := momentOf("query.as_of", in.AsOf, now)
	q.Known = &known
	return q, err
}

// momentOf reads a moment that has passed.
func momentOf(name, text string, now time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.InvalidField(name, "Write a day such as 2026-03-09, or a moment such as 2026-03-09T12:00:00Z.")
	}
	if at.After(now) {
		return at, fault.InvalidField(name, "Choose a moment that has passed.")
	}
	return at.UTC(), nil
}

func (s *Service) summarizeRetainers(ctx context.Context, in *SummaryInput) (*api.ItemsAnswer[Summary], error) {
	q, err := in.query(ctx)
	if err != nil {
		return nil, err
	}
	return api.Items(s.RetainerSummary(ctx, q))
}

// StatementInput says which statement, in an address.
type StatementInput struct {
	Month      string    `query:"month" pattern:"^\\d{4}-\\d{2}$" patternDescription:"a month such as 2026-03" doc:"All hours of a month"`
	RetainerID uuid.UUID `query:"retainer_id" format:"uuid" doc:"Or else a period of this retainer: that which has the day on"`
	On         string    `query:"on" format:"date" doc:"Today, when not given"`
	AsOf       string    `query:"as_of" doc:"The moment whose knowledge it has; now, when not given"`
}

// query reads which statement is asked for.
func (in StatementInput) query(ctx context.Context) (q StatementQuery, err error) {
	var check fault.Check
	now := clock.Now(ctx)
	q.RetainerID, q.On = maybe.Of(in.RetainerID), exact.DayOf(now)
	check.That(in.Month == "" || in.RetainerID == uuid.Nil, "query.month", "Choose a month, or a retainer and a day.")
	check.That(in.On == "" || in.RetainerID != uuid.Nil, "query.on", "Name the retainer, or choose a month.")
	if on := dayOf(in.On); on != nil {
		q.On = *on
	}
	if in.Month != "" {
		month := dayOf(in.Month + "-01")
		check.That(month != nil, "query.month", "Write a month such as 2026-03.")
		if month != nil {
			q.On = *month
		}
	}
	if err := check.Err(); err != nil || in.AsOf == "" {
		return q, err
	}
	q.AsOf, err = momentOf("query.as_of", in.AsOf, now)
	return q, err
}

func (s *Service) readStatement(ctx context.Context, in *StatementInput) (*api.Answer[Statement], error) {
	q, err := in.query(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.Statement(ctx, q)
	return &api.Answer[Statement]{Body: st}, err
}

func (s *Service) listRetainers(ctx context.Context, in *struct{ api.PageQuery }) (*api.PageAnswer[Retainer], error) {
	list, err := s.Retainers(ctx, nil)
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(r Retainer) uuid.UUID { return r.ID })
}

// partOf is a page of a list that is short enough to be read whole.
func partOf[T any](list []T, in api.PageQuery, id func(T) uuid.UUID) (*api.PageAnswer[T], error) {
	var after position
	if err := api.DecodeCursor(in.Cursor, &after); err != nil {
		return nil, err
	}
	for i := range list {
		if after.ID != uuid.Nil && id(list[i]) == after.ID {
			list = list[i+1:]
			break
		}
	}
	return &api.PageAnswer[T]{Body: api.PageOf(list, in.Limit, func(t T) any { return position{ID: id(t)} })}, nil
}

func (s *Service) listPeriods(ctx context.Context, in *idInput) (*api.ItemsAnswer[Period], error) {
	id, err := route.ID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	return api.Items(s.Periods(ctx, id))
}

type blocksInput struct {
	api.PageQuery
	Status string `query:"status" enum:"asked,approved,declined,withdrawn"`
}

func (s *Service) listBlocks(ctx context.Context, in *blocksInput) (*api.PageAnswer[OverageBlock], error) {
	list, err := s.Blocks(ctx, nil, in.Status)
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(b OverageBlock) uuid.UUID { return b.ID })
}

type seenBlockInput struct {
	ID      string    `path:"id"`
	IfMatch string    `header:"If-Match" doc:"The etag of the block as it was read; needed"`
	Body    *struct{} `required:"false"`
}

func (s *Service) approveBlock(ctx context.Context, in *seenBlockInput) (*api.Answer[OverageBlock], error) {
	return in.decide(ctx, s.ApproveBlock)
}

func (s *Service) withdrawBlock(ctx context.Context, in *seenBlockInput) (*api.Answer[OverageBlock], error) {
	return in.decide(ctx, s.WithdrawBlock)
}

func (in *seenBlockInput) decide(ctx context.Context, decide func(context.Context, uuid.UUID, string) (OverageBlock, error)) (*api.Answer[OverageBlock], error) {
	id, err := route.ID(in.ID, "overage block")
	if err != nil {
		return nil, err
	}
	b, err := decide(ctx, id, in.IfMatch)
	return &api.Answer[OverageBlock]{ETag: b.ETag, Body: b}, err
}

type declineBlockInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The etag of the block as it was read; needed"`
	Body    *struct {
		Comment string `json:"comment,omitempty" maxLength:"8000"`
	} `required:"false"`
}

func (s *Service) declineBlock(ctx context.Context, in *declineBlockInput) (*api.Answer[OverageBlock], error) {
	id, err := route.ID(in.ID, "overage block")
	if err != nil {
		return nil, err
	}
	comment := ""
	if in.Body != nil {
		comment = in.Body.Comment
	}
	b, err := s.DeclineBlock(ctx, id, comment, in.IfMatch)
	return &api.Answer[OverageBlock]{ETag: b.ETag, Body: b}, err
}
