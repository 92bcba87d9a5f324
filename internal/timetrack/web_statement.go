package timetrack

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// statement answers with a statement as a file: of a retainer's period, or of a month.
func (c staffPages) statement(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "retainer")
	if err != nil {
		return err
	}
	return sendStatement(w, r, c.Service, StatementQuery{RetainerID: &id})
}

func (c clientPages) statement(w http.ResponseWriter, r *http.Request) error {
	q := StatementQuery{}
	if retainer := idIn(r.URL.Query(), "retainer"); retainer != uuid.Nil {
		q.RetainerID = &retainer
	}
	return sendStatement(w, r, c.Service, q)
}

func sendStatement(w http.ResponseWriter, r *http.Request, s *Service, q StatementQuery) error {
	on, err := time.Parse(time.DateOnly, r.URL.Query().Get("on"))
	if err != nil {
		return fault.InvalidField("query.on", "Name a day of the period, such as 2026-11-01.")
	}
	q.On = Day{Time: on}
	file, err := s.StatementFile(r.Context(), q, firstOf(r.URL.Query().Get("format"), formatPDF))
	if err == nil {
		web.SendFile(w, file.Name, file.Type, file.Content)
	}
	return err
}
