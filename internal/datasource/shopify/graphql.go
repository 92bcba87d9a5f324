package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"clientportal/internal/datasource/upstream"
)

// maxAnswer bounds one answer of a query; bulk files are streamed and not bounded here.
const maxAnswer = 32 << 20

// session is a connection during one call of the connector: its token, what is left
// of the shop's quota, and what has turned out to be denied.
type session struct {
	*Source
	conn   *upstream.Conn
	shop   string
	token  string
	budget budget
	denied map[string]string // part of the data to reason
	page   int               // orders at once, halved when that is too expensive
	memo   *memo
	fell   string // what became of the version, "" when it is the one asked for
}

func (s *Source) session(ctx context.Context, c *upstream.Conn) (*session, error) {
	creds, shop, err := open(c)
	if err != nil {
		return nil, err
	}
	if c.ConnectionType == byClient && (creds.AccessToken == "" || !creds.ExpiresAt.After(c.Now())) {
		if creds, err = s.clientToken(ctx, c, creds, shop); err != nil {
			return nil, err
		}
	}
	if creds.AccessToken == "" {
		return nil, signIn("NO_TOKEN", "The shop was not authorised yet. Send its owner the link to authorise it.")
	}
	ses := &session{Source: s, conn: c, shop: shop, token: creds.AccessToken, denied: map[string]string{}, page: ordersAtOnce}
	if !creds.RefreshExpires.IsZero() {
		ses.note("token_expires_at", creds.RefreshExpires) // when somebody must authorise it again
	}
	return ses, nil
}

func (s *session) note(key string, value any) {
	if s.conn.Note != nil {
		s.conn.Note(key, value)
	}
}

// answer is what a query is answered with. Of a refusal, errors is a text.
type answer struct {
	Data       json.RawMessage `json:"data"`
	Errors     json.RawMessage `json:"errors"`
	Extensions struct {
		Cost *cost `json:"cost"`
	} `json:"extensions"`
}

// ask sends a query and reads its data. Denied parts of it are returned: the caller
// knows what goes without them. Any other error makes the answer unfit for use, also
// when data stands beside it.
func (s *session) ask(ctx context.Context, document string, variables map[string]any, into any) ([]problem, error) {
	for {
		if err := s.budget.wait(ctx, s, document); err != nil {
			return nil, err
		}
		a, err := s.postPatiently(ctx, document, variables)
		if err != nil {
			return nil, err
		}
		s.budget.learn(s.conn.Now(), document, a.Extensions.Cost)
		problems, err := a.problems()
		if err != nil {
			return nil, err
		}
		wait, denied, err := sortOut(problems)
		if err != nil {
			s.budget.forget(document)
			return nil, err
		}
		if wait {
			if err := s.budget.refused(document); err != nil {
				return nil, err
			}
			continue
		}
		s.budget.paid()
		if len(a.Data) == 0 || bytes.Equal(a.Data, []byte("null")) {
			if len(denied) > 0 {
				return denied, denied[0].failure()
			}
			return nil, unreadable("it holds neither data nor errors")
		}
		if err := json.Unmarshal(a.Data, into); err != nil {
			return nil, unreadable("its data are not of the schema")
		}
		return denied, nil
	}
}

// sortOut tells apart what is waited for, what is denied, and what fails the query.
func sortOut(problems []problem) (wait bool, denied []problem, err error) {
	for _, p := range problems {
		switch p.Extensions.Code {
		case throttled:
			wait = true
		case accessDenied:
			denied = append(denied, p)
		default:
			return false, nil, p.failure()
		}
	}
	return wait, denied, nil
}

func (a answer) problems() ([]problem, error) {
	raw := bytes.TrimSpace(a.Errors)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	var list []problem
	if json.Unmarshal(raw, &list) == nil {
		return list, nil
	}
	// A text, or an object of texts: a refusal that came with status 200.
	return nil, fix("REFUSED", "Shopify refuses the call.")
}

// postPatiently asks again, twice, where Shopify failed for a moment: it was busy, had
// a fault of its own or did not answer. What starts something is asked for once.
func (s *session) postPatiently(ctx context.Context, document string, variables map[string]any) (answer, error) {
	for tries := 0; ; tries++ {
		a, err := s.post(ctx, document, variables)
		f, ok := upstream.AsFailure(err)
		if !ok || !momentary(f) || tries == 2 || ctx.Err() != nil || document == runBulkQuery {
			return a, err
		}
		pause := time.Second << tries
		if f.Code == throttled {
			pause = f.After
		}
		if pause > s.MaxWait {
			return a, err
		}
		if err := s.Sleep(ctx, pause); err != nil {
			return a, err
		}
	}
}

func (s *session) post(ctx context.Context, document string, variables map[string]any) (answer, error) {
	var a answer
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return a, err
	}
	address := s.base(s.shop) + "/admin/api/" + s.Version + "/graphql.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return a, unreadableConnection()
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Shopify-Access-Token", s.token)
	resp, err := s.conn.Client.Do(req)
	if err != nil {
		return a, upstream.Unreachable(system, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return a, ofStatus(resp)
	}
	s.compareVersion(resp.Header.Get("X-Shopify-API-Version"))
	return a, readJSON(resp.Body, &a)
}

// readJSON reads an answer of bounded length.
func readJSON(body io.Reader, into any) error {
	raw, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return upstream.Unreachable(system, err)
	}
	if len(raw) > maxAnswer {
		return unreadable("it is too long")
	}
	if json.Unmarshal(raw, into) != nil {
		return unreadable("it is no JSON") // the cause would quote it
	}
	return nil
}

// compareVersion notices that Shopify answers with another version than was asked
// for, as it does when that one has come to its end.
func (s *session) compareVersion(answered string) {
	if answered == "" || answered == s.Version || s.fell != "" {
		return
	}
	s.fell = fmt.Sprintf("Shopify answers with version %s of its API: %s is over. The portal needs an update.", answered, s.Version)
	s.note("api_version", map[string]string{"asked": s.Version, "answered": answered})
}
