package datasource

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/route"
)

const staffRoot = "/api/staff/data-sources"

// Every employee reads of the customers they serve; managers and admins connect.
var (
	staffReads = route.Staff("analytics:read")
	manages    = route.Staff("analytics:write", actor.Manager, actor.Admin)
)

func call(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"data sources"}, DefaultStatus: status}
}

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	one := staffRoot + "/{id}"
	api.Register(a, staffReads, call("staff-list-data-sources", http.MethodGet, staffRoot, "List data sources", http.StatusOK), s.listSources)
	api.Register(a, manages, call("staff-create-data-source", http.MethodPost, staffRoot, "Connect a data source; reading begins at once", http.StatusCreated), s.createSource)
	api.Register(a, staffReads, call("staff-get-data-source", http.MethodGet, one, "Read a data source", http.StatusOK), s.readSource)
	api.Register(a, manages, call("staff-update-data-source", http.MethodPut, one, "Change a data source, or connect it anew", http.StatusOK), s.updateSource)
	api.Register(a, manages, call("staff-test-data-source", http.MethodPost, one+"/test", "Ask the system what is missing", http.StatusOK), s.testSource)
	api.Register(a, manages, call("staff-list-data-source-accounts", http.MethodGet, one+"/accounts", "List what the credentials can see", http.StatusOK), s.listAccounts)
	api.Register(a, manages, call("staff-sync-data-source", http.MethodPost, one+"/sync", "Read a source now", http.StatusAccepted), s.syncSource)
	api.Register(a, manages, call("staff-backfill-data-source", http.MethodPost, one+"/backfill", "Read days again, both included", http.StatusAccepted), s.backfillSource)
	api.Register(a, manages, call("staff-cancel-backfill", http.MethodPost, one+"/cancel-backfill", "End the backfills of a source; what was read stays", http.StatusNoContent), s.cancelBackfills)
	api.Register(a, manages, call("staff-disconnect-data-source", http.MethodPost, one+"/disconnect", "Forget the credentials; the numbers stay", http.StatusOK), s.disconnectSource)
	api.Register(a, manages, call("staff-create-reconnect-link", http.MethodPost, one+"/reconnect-link", "Make a link by which the client authorises a source", http.StatusCreated), s.createLink)
	api.Register(a, staffReads, call("staff-list-data-source-runs", http.MethodGet, one+"/runs", "List what was done with a source", http.StatusOK), s.listRuns)
	api.Register(a, staffReads, call("staff-read-metric", http.MethodGet, one+"/metrics", "Read what is stored of a metric", http.StatusOK), s.readSeries)
	api.Register(a, staffReads, call("staff-list-own-metrics", http.MethodGet, one+"/own-metrics", "List the metrics of a csv or push source", http.StatusOK), s.listOwnMetrics)
	api.Register(a, manages, call("staff-define-own-metrics", http.MethodPut, one+"/own-metrics", "Say what the metrics of a csv or push source are", http.StatusOK), s.defineOwnMetrics)
	api.Register(a, manages, call("staff-create-push-token", http.MethodPost, one+"/push-token", "Make a new token for a push source; the one before ends", http.StatusCreated), s.createToken)
	s.tableAPI(a)
	push := call("push-batch", http.MethodPost, PushPath, "Send numbers of another system", http.StatusOK)
	push.Security = []map[string][]string{{"source_token": {}}}
	api.Register(a, route.Public(), push, s.pushBatch)
}

// secretAnswer is one that no cache and no idempotency key keeps.
type secretAnswer[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

const noStore = "no-store"

type sourceInput struct {
	ID string `path:"id" doc:"Of the data source"`
}

func (in sourceInput) id() (uuid.UUID, error) { return route.ID(in.ID, "data source") }

type listInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	SourceType string    `query:"source_type" enum:"ga4,meta,shopify,csv,push"`
}

func (s *Service) listSources(ctx context.Context, in *listInput) (*api.PageAnswer[Source], error) {
	list, err := s.Sources(ctx, Filter{in.CustomerID, in.SourceType}, in.PageQuery)
	return &api.PageAnswer[Source]{Body: list}, err
}

type draftInput struct{ Body Draft }

func (s *Service) createSource(ctx context.Context, in *draftInput) (*api.Answer[Source], error) {
	made, err := s.Create(ctx, in.Body)
	return &api.Answer[Source]{ETag: made.Tag(), Location: staffRoot + "/" + made.ID.String(), Body: made}, err
}

func (s *Service) readSource(ctx context.Context, in *sourceInput) (*api.Answer[Source], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	source, err := s.Source(ctx, id)
	return &api.Answer[Source]{ETag: source.Tag(), Body: source}, err
}

type changeInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    Change
}

func (s *Service) updateSource(ctx context.Context, in *changeInput) (*api.Answer[Source], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	source, err := s.Update(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Source]{ETag: source.Tag(), Body: source}, err
}

// TestResult is what a test found.
type TestResult struct {
	OK       bool               `json:"ok"`
	Findings []upstream.Finding `json:"findings"`
}

func (s *Service) testSource(ctx context.Context, in *sourceInput) (*api.Answer[TestResult], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	findings, err := s.Test(ctx, id)
	return &api.Answer[TestResult]{Body: TestResult{Passed(findings), findings}}, err
}

// Account is what a source can be set to.
type Account struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Currency string `json:"currency"`
	Timezone string `json:"timezone"`
	Settings any    `json:"settings" doc:"What the source's settings become when it is chosen"`
}

func (s *Service) listAccounts(ctx context.Context, in *sourceInput) (*api.ItemsAnswer[Account], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	list, err := s.Accounts(ctx, id)
	accounts := make([]Account, len(list))
	for i, a := range list {
		accounts[i] = Account{a.ID, a.Name, a.Currency, a.Zone, a.Settings}
	}
	return api.Items(accounts, err)
}

func (s *Service) syncSource(ctx context.Context, in *sourceInput) (*api.Answer[Run], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	run, err := s.SyncNow(ctx, id)
	return &api.Answer[Run]{Location: staffRoot + "/" + in.ID + "/runs", Body: run}, err
}

type backfillInput struct {
	ID   string `path:"id"`
	Body struct {
		From string `json:"from" example:"2025-10-01"`
		To   string `json:"to" example:"2026-11-25"`
	}
}

func (s *Service) backfillSource(ctx context.Context, in *backfillInput) (*api.Answer[Run], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	run, err := s.Backfill(ctx, id, in.Body.From, in.Body.To)
	return &api.Answer[Run]{Location: staffRoot + "/" + in.ID + "/runs", Body: run}, err
}

func (s *Service) cancelBackfills(ctx context.Context, in *sourceInput) (*struct{}, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.CancelBackfill(ctx, id)
}

func (s *Service) disconnectSource(ctx context.Context, in *sourceInput) (*api.Answer[Source], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	source, err := s.Disconnect(ctx, id)
	return &api.Answer[Source]{ETag: source.Tag(), Body: source}, err
}

func (s *Service) createLink(ctx context.Context, in *sourceInput) (*secretAnswer[ReconnectLink], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	link, err := s.CreateReconnectLink(ctx, id)
	return &secretAnswer[ReconnectLink]{noStore, link}, err
}

type runsInput struct {
	api.PageQuery
	ID string `path:"id"`
}

func (s *Service) listRuns(ctx context.Context, in *runsInput) (*api.PageAnswer[Run], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	list, err := s.Runs(ctx, id, in.PageQuery)
	return &api.PageAnswer[Run]{Body: list}, err
}

type seriesInput struct {
	ID        string `path:"id"`
	Metric    string `query:"metric" required:"true" maxLength:"100" example:"ga4.sessions"`
	From      string `query:"from" required:"true" example:"2026-11-01"`
	To        string `query:"to" required:"true" example:"2026-11-25" doc:"The last day, included"`
	By        string `query:"by" enum:"day,total" default:"day"`
	Dimension string `query:"dimension" maxLength:"60" example:"channel"`
}

func (s *Service) readSeries(ctx context.Context, in *seriesInput) (*api.Answer[Series], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	series, err := s.Series(ctx, id, Query{in.Metric, in.From, in.To, in.By, in.Dimension})
	return &api.Answer[Series]{Body: series}, err
}

func (s *Service) listOwnMetrics(ctx context.Context, in *sourceInput) (*api.ItemsAnswer[OwnMetric], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return api.TaggedItems(s.OwnMetrics(ctx, id))
}

type ownInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag of the list as it was read"`
	Body    struct {
		Metrics []OwnMetric `json:"metrics" maxItems:"50"`
	}
}

func (s *Service) defineOwnMetrics(ctx context.Context, in *ownInput) (*api.ItemsAnswer[OwnMetric], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	return api.TaggedItems(s.DefineMetrics(ctx, id, in.IfMatch, in.Body.Metrics))
}

func (s *Service) createToken(ctx context.Context, in *sourceInput) (*secretAnswer[PushToken], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	token, err := s.CreatePushToken(ctx, id)
	return &secretAnswer[PushToken]{noStore, token}, err
}
