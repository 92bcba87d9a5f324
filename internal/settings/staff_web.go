package settings

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// maxLogoForm is the largest form with a logo, in bytes.
const maxLogoForm = maxLogoBytes + 256<<10

type screens struct {
	*Service
	pages *web.Pages
}

// StaffPages adds the agency's settings, and the logo for everybody.
func (s *Service) StaffPages(p *web.Pages) {
	c := screens{s, p}
	admins := route.Staff("", actor.Admin)
	p.Handle("GET /staff/settings", admins, c.show)
	p.Handle("POST /staff/settings", admins, c.change)
	p.Handle("POST /staff/settings/logo", admins, c.changeLogo)
	p.Handle("GET /staff/settings/mails", admins, c.showMails)
	p.Handle("GET /staff/settings/mails/{kind}", admins, c.showMail)
	p.Handle("POST /staff/settings/mails/{kind}", admins, c.changeMail)
	p.Handle("POST /staff/settings/mails/{kind}/reset", admins, c.resetMail)
	p.Handle("GET /brand/{logo}", route.Public(), s.serveLogo)
}

func (c screens) show(w http.ResponseWriter, r *http.Request) error {
	a, err := c.Agency(r.Context())
	if err != nil {
		return err
	}
	return c.render(w, r, http.StatusOK, a, web.Form{Values: valuesOf(a)}, web.Form{})
}

// change takes the form; with preview it only shows what the colour becomes.
func (c screens) change(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	field := func(name string) *string {
		value := form.Value(name)
		return &value
	}
	if form.Values.Has("preview") {
		return c.again(w, r, http.StatusOK, form, web.Form{})
	}
	change := Change{
		Name: field("name"), Accent: field("accent"), SupportEmail: field("support_email"), LegalLine: field("legal_line"),
		Timezone: field("timezone"), MailSignature: field("mail_signature"),
	}
	_, err = c.Change(r.Context(), change, func(tag time.Time) error {
		return api.CheckMatch(form.Value("version"), api.ETag(tag))
	})
	if form, failed := form.With(err); failed {
		return c.again(w, r, fault.Status(err), form, web.Form{})
	}
	if err != nil {
		return err
	}
	c.pages.Flash.Say(w, web.Done, "The settings are saved.")
	http.Redirect(w, r, "/staff/settings", http.StatusSeeOther)
	return nil
}

func (c screens) changeLogo(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxLogoForm)
	err := r.ParseMultipartForm(maxLogoForm)
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large:
		err = tooLarge()
	case err != nil:
		err = fault.InvalidField("logo", "Choose a picture first.")
	case r.PostForm.Has("remove"):
		err = c.RemoveLogo(r.Context())
	default:
		err = c.takeLogo(r)
	}
	if form, failed := (web.Form{}).With(err); failed {
		return c.again(w, r, fault.Status(err), web.Form{}, form)
	}
	if err != nil {
		return err
	}
	c.pages.Flash.Say(w, web.Done, "The logo is changed.")
	http.Redirect(w, r, "/staff/settings", http.StatusSeeOther)
	return nil
}

func (c screens) takeLogo(r *http.Request) error {
	file, _, err := r.FormFile("logo")
	if err != nil {
		return fault.InvalidField("logo", "Choose a picture first.")
	}
	defer file.Close()
	return c.SetLogo(r.Context(), file)
}

// again shows the page with what was typed, or with what is stored.
func (c screens) again(w http.ResponseWriter, r *http.Request, status int, form, logo web.Form) error {
	a, err := c.Agency(r.Context())
	if err != nil {
		return err
	}
	if form.Values == nil {
		form.Values = valuesOf(a)
	}
	return c.render(w, r, status, a, form, logo)
}

func (c screens) render(w http.ResponseWriter, r *http.Request, status int, a Agency, form, logo web.Form) error {
	page := c.pages.Shell(w, r).Named("Settings")
	page.Section = "/staff/settings"
	web.Render(w, r, status, agencyPage(page, a, form, logo))
	return nil
}

func valuesOf(a Agency) url.Values {
	return url.Values{
		"name": {a.Name}, "accent": {a.Accent}, "support_email": {a.SupportEmail}, "legal_line": {a.LegalLine},
		"timezone": {a.Timezone}, "mail_signature": {a.MailSignature}, "version": {api.ETag(a.UpdatedAt)},
	}
}

// serveLogo answers with the logo, which has a new address when it changes.
func (s *Service) serveLogo(w http.ResponseWriter, r *http.Request) error {
	name, found := strings.CutPrefix(r.PathValue("logo"), "logo-")
	hash, png := strings.CutSuffix(name, ".png")
	if !found || !png {
		return fault.Missing("picture")
	}
	drawn, err := s.logo(r.Context(), hash)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(drawn))
	return nil
}
