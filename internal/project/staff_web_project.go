package project

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

func (c staffPages) showProject(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "quoteId", "project")
	if err != nil {
		return err
	}
	p, err := c.look(r.Context(), id)
	if err != nil {
		return err
	}
	c.drawProject(w, r, http.StatusOK, projectView{Project: p})
	return nil
}

func (c staffPages) drawProject(w http.ResponseWriter, r *http.Request, status int, v projectView) {
	v.staff, v.plans = true, can(r.Context(), mayPlan)
	p := c.page(w, r, "/staff/projects", v.Name, web.Crumb{Label: "Projects", Href: "/staff/projects"}, web.Crumb{Label: v.Name}).
		Following("project:"+v.QuoteID.String(), "ticket:")
	web.Render(w, r, status, StaffProjectView(p, v))
}

// does carries a form of the project's page out: it leads back to the part of the
// page that the form is in, or shows the form again with what was typed.
func (c staffPages) does(w http.ResponseWriter, r *http.Request, formID, part string, do func(ctx context.Context, quote uuid.UUID, f upload.Form) (done string, err error)) error {
	quote, err := route.PathID(r, "quoteId", "project")
	if err == nil {
		err = c.attachable(r.Context(), quote)
	}
	if err != nil {
		return err
	}
	form, err := c.store().Read(r)
	defer form.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	if form.Value("preview") != "" {
		again := form.Again(nil)
		again.ID = formID
		return c.drawAgain(w, r, quote, http.StatusOK, projectView{
			forms: map[string]web.Form{formID: again}, preview: prose(form.Value("body") + form.Value("note")),
		})
	}
	done, err := do(r.Context(), quote, form)
	if fault.Mendable(err) {
		return c.drawAgain(w, r, quote, fault.Status(err), projectView{forms: refused(form.Again(err), formID, err)})
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, done)
	http.Redirect(w, r, "/staff"+projectPath(quote)+"#"+part, http.StatusSeeOther)
	return nil
}

// drawAgain shows the project as it is now with a form that is not through.
func (c staffPages) drawAgain(w http.ResponseWriter, r *http.Request, quote uuid.UUID, status int, v projectView) (err error) {
	if v.Project, err = c.project(r.Context(), quote); err != nil {
		return err
	}
	c.drawProject(w, r, status, v)
	return nil
}

func (c staffPages) postUpdate(w http.ResponseWriter, r *http.Request) error {
	return c.does(w, r, "update", "updates", func(ctx context.Context, quote uuid.UUID, f upload.Form) (string, error) {
		_, err := c.PostUpdate(ctx, quote, f.Value("body"), f.Files)
		return "The update is posted. The client's people get an e-mail.", err
	})
}

func (c staffPages) deliver(w http.ResponseWriter, r *http.Request) error {
	return c.does(w, r, "delivery", "deliverables", func(ctx context.Context, quote uuid.UUID, f upload.Form) (string, error) {
		delivery := Delivery{Name: f.Value("name"), Note: f.Value("note"), URL: f.Value("url"), Files: f.Files}
		if phase := f.Value("phase_id"); phase != "" {
			id, err := uuid.Parse(phase)
			if err != nil {
				return "", fault.InvalidField("phase_id", "Choose one of the project's phases.")
			}
			delivery.PhaseID = &id
		}
		d, err := c.Deliver(ctx, quote, delivery)
		return d.Name + " is handed over.", err
	})
}

func (c staffPages) redeliver(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "deliverableId", "deliverable")
	if err != nil {
		return err
	}
	return c.does(w, r, id.String(), "deliverables", func(ctx context.Context, quote uuid.UUID, f upload.Form) (string, error) {
		note, url := f.Value("note"), f.Value("url")
		d, err := c.Redeliver(ctx, quote, id, Redelivery{Note: &note, URL: &url, Files: f.Files})
		return d.Name + " is handed over again.", err
	})
}

func (c staffPages) addPhase(w http.ResponseWriter, r *http.Request) error {
	return c.does(w, r, "phase", "phases", func(ctx context.Context, quote uuid.UUID, f upload.Form) (string, error) {
		var check fault.Check
		plan := Plan{Name: f.Value("name"), PlannedStart: typedDay(f.Form, &check, "planned_start"), PlannedEnd: typedDay(f.Form, &check, "planned_end")}
		if weight := typedCount(f.Form, &check, "weight"); weight != nil {
			plan.Weight = *weight
		}
		if err := check.Err(); err != nil {
			return "", err
		}
		return fmt.Sprintf("The phase %s is added.", strings.TrimSpace(plan.Name)), firstRow(c.AddPhases(ctx, quote, []Plan{plan}))
	})
}

// firstRow names the faults of the one phase of a form by its fields.
func firstRow(err error) error {
	for i, field := range faultsOf(err) {
		faultsOf(err)[i].Name = strings.TrimPrefix(field.Name, "phases[0].")
	}
	return err
}

func (c staffPages) changePhase(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "phaseId", "phase")
	if err != nil {
		return err
	}
	return c.does(w, r, id.String(), "phases", func(ctx context.Context, quote uuid.UUID, f upload.Form) (string, error) {
		change, err := phaseChange(f.Form)
		if err != nil {
			return "", err
		}
		return "The phase is saved.", c.UpdatePhase(ctx, quote, id, change)
	})
}

// phaseChange is what the form of a phase says: of the fields that it has, since an
// agent's form has no plan.
func phaseChange(f web.Form) (change PhaseChange, err error) {
	var check fault.Check
	day := func(name string) *Day {
		if !f.Values.Has(name) {
			return nil
		}
		if day := typedDay(f, &check, name); day != nil {
			return day
		}
		return &Day{}
	}
	text := func(name string) *string {
		if !f.Values.Has(name) {
			return nil
		}
		value := f.Value(name)
		return &value
	}
	change = PhaseChange{
		ProgressPercent: typedCount(f, &check, "progress_percent"), WaitingOn: text("waiting_on"), Name: text("name"),
		Weight: typedCount(f, &check, "weight"), PlannedStart: day("planned_start"), PlannedEnd: day("planned_end"),
		ActualStart: day("actual_start"), ActualEnd: day("actual_end"),
	}
	if status := text("status"); status != nil {
		to := PhaseStatus(*status)
		change.Status = &to
	}
	return change, check.Err()
}

// typedCount is a whole number that was typed; nil is none.
func typedCount(f web.Form, check *fault.Check, name string) *int {
	text := strings.TrimSpace(f.Value(name))
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		check.Add(name, "Write a whole number.")
		return nil
	}
	return &n
}

// phaseForm is the form of a phase: as it was typed, or as the phase is.
func (v projectView) phaseForm(p Phase) web.Form {
	form := v.form(p.ID.String())
	if form.Values != nil {
		return form
	}
	form.Values = map[string][]string{
		"status": {string(p.Status)}, "progress_percent": {strconv.Itoa(p.ProgressPercent)}, "waiting_on": {maybe.Value(p.WaitingOn)},
		"name": {p.Name}, "weight": {strconv.Itoa(p.Weight)}, "planned_start": {shown(p.PlannedStart)}, "planned_end": {shown(p.PlannedEnd)},
		"actual_start": {shown(p.ActualStart)}, "actual_end": {shown(p.ActualEnd)},
	}
	return form
}

// redelivery is the form of a deliverable that is handed over again.
func redelivery(f web.Form, d Deliverable) web.Form {
	if f.Values == nil {
		f.Values = map[string][]string{"note": {d.Note}, "url": {maybe.Value(d.URL)}}
	}
	return f
}

func (v projectView) staffActions() []web.Action {
	path := "/staff" + projectPath(v.QuoteID)
	switch {
	case !v.plans:
		return nil
	case v.Status == Approved:
		return []web.Action{{Label: "Start the project", Kind: web.Primary, Post: path + "/start"}}
	case v.Status == InProgress:
		return []web.Action{
			{Label: "Cancel the project", Kind: web.Ghost, Href: "/staff" + quotePath(v.QuoteID) + "/cancel"},
			{Label: "Finish the project", Post: path + "/complete"},
		}
	}
	return nil
}

var phaseStatusOptions = []web.Option{
	{Value: string(PhaseNotStarted), Label: "Not started"}, {Value: string(PhaseInProgress), Label: "In progress"},
	{Value: string(PhaseWaiting), Label: "Waiting for client"}, {Value: string(PhaseBlocked), Label: "Held up"},
	{Value: string(PhaseCompleted), Label: "Done"},
}

func (v projectView) phaseOptions() []web.Option {
	options := []web.Option{{Label: "None in particular"}}
	for _, p := range v.Phases {
		options = append(options, web.Option{Value: p.ID.String(), Label: p.Name})
	}
	return options
}

// open reports whether the agency can still work on the project.
func (v projectView) open() bool { return v.Status == Approved || v.Status == InProgress }
