package metasim

import (
	"fmt"
	"net/http"
	"strings"
)

// run is a report being made. Each look at it is a step.
type run struct {
	id      string
	account Account
	q       query
	looks   int
	ends    string // in which state it ends; "" is never
}

// status is what the run says when it was looked at so often.
func (r *run) status() string {
	switch {
	case r.looks <= 1:
		return "Job Not Started"
	case r.looks == 2 || r.ends == "":
		return "Job Running"
	}
	return r.ends
}

// percent runs ahead of the status, as in the real system.
func (r *run) percent() int { return min(r.looks*50, 100) }

// startRun begins a report.
func (s *Sim) startRun(w http.ResponseWriter, r *http.Request, fault Kind) {
	id, ok := cutAct(r.PathValue("node"))
	a, found := s.account(id)
	if !ok || !found {
		missing(r.PathValue("node")).send(w)
		return
	}
	q, p := s.parse(a, r.Form)
	if p != nil {
		p.send(w)
		return
	}
	job := &run{account: a, q: q, ends: "Job Completed"}
	switch {
	case fault == RunHangs:
		job.ends = ""
	case fault == RunFailed || a.MaxRows > 0 && len(s.rows(a, q)) > a.MaxRows:
		job.ends = "Job Failed"
	case fault == RunSkipped:
		job.ends = "Job Skipped"
	}
	s.mu.Lock()
	job.id = fmt.Sprintf("6%011d", len(s.runs)+1)
	s.runs[job.id] = job
	s.mu.Unlock()
	fault.send(w, object{"report_run_id": job.id})
}

// node is an ad account or a report run.
func (s *Sim) node(w http.ResponseWriter, r *http.Request, fault Kind) {
	if id, ok := cutAct(r.PathValue("node")); ok {
		a, found := s.account(id)
		if !found {
			missing(r.PathValue("node")).send(w)
			return
		}
		fault.send(w, accountObject(a, r.Form.Get("fields")))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	job, ok := s.runs[r.PathValue("node")]
	if !ok {
		missing(r.PathValue("node")).send(w)
		return
	}
	job.looks++
	state := object{
		"id": job.id, "account_id": job.account.ID, "async_status": job.status(), "async_percent_completion": job.percent(), "is_running": true,
	}
	if job.status() == "Job Failed" {
		state["error_code"], state["error_message"] = 2, "The job failed."
	}
	fault.send(w, state)
}

// adAccounts lists what the token's user sees.
func (s *Sim) adAccounts(w http.ResponseWriter, r *http.Request, fault Kind) {
	data := []object{}
	for _, a := range s.world.Accounts {
		if !a.Hidden {
			data = append(data, accountObject(a, r.Form.Get("fields")))
		}
	}
	fault.send(w, object{"data": data, "paging": object{"cursors": object{"before": "a", "after": "b"}}})
}

func accountObject(a Account, fields string) object {
	all := object{
		"account_id": a.ID, "name": a.Name, "currency": a.Currency, "timezone_name": a.Zone, "timezone_offset_hours_utc": 1,
		"account_status": a.Status, "disable_reason": 0,
	}
	o := object{"id": "act_" + a.ID}
	for _, f := range strings.Split(fields, ",") {
		if v, ok := all[f]; ok {
			o[f] = v
		}
	}
	return o
}

func cutAct(node string) (string, bool) { return strings.CutPrefix(node, "act_") }
