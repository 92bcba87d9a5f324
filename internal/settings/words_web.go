package settings

import (
	"net/http"
	"net/url"
	"time"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/web"
)

const mailsPath = "/staff/settings/mails"

// settingsViews lead from one of the settings to the other.
func settingsViews(current string) []web.View {
	return []web.View{
		{Label: "Agency", Href: "/staff/settings", Current: current == "/staff/settings"},
		{Label: "Mails", Href: mailsPath, Current: current == mailsPath},
	}
}

func (c screens) showMails(w http.ResponseWriter, r *http.Request) error {
	all, err := c.MailWords(r.Context())
	if err != nil {
		return err
	}
	page := c.pages.Shell(w, r).Named("Mails")
	page.Section = "/staff/settings"
	web.Render(w, r, http.StatusOK, mailsPage(page, all))
	return nil
}

func (c screens) showMail(w http.ResponseWriter, r *http.Request) error {
	m, err := c.MailWordsOf(r.Context(), mail.Kind(r.PathValue("kind")))
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"intro": {m.Intro}, "closing": {m.Closing}, "version": {api.ETag(m.tag())}}}
	return c.renderMail(w, r, http.StatusOK, m, form)
}

// renderMail shows the form of a mail's words, and the mail as it looks with them.
func (c screens) renderMail(w http.ResponseWriter, r *http.Request, status int, m MailWords, form web.Form) error {
	looks, err := c.sample(r.Context(), m.wording, mail.Words{Intro: form.Value("intro"), Closing: form.Value("closing")})
	if err != nil {
		return err
	}
	page := c.pages.Shell(w, r).Named(m.Label, web.Crumb{Label: "Settings", Href: "/staff/settings"}, web.Crumb{Label: "Mails", Href: mailsPath}, web.Crumb{Label: m.Label})
	page.Section = "/staff/settings"
	web.Render(w, r, status, mailPage(page, m, form, looks))
	return nil
}

// changeMail takes the form; with preview it only shows what the mail becomes.
func (c screens) changeMail(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, kind := r.Context(), mail.Kind(r.PathValue("kind"))
	m, err := c.MailWordsOf(ctx, kind)
	if err != nil {
		return err
	}
	words := mail.Words{Intro: form.Value("intro"), Closing: form.Value("closing")}
	if form.Value("preview") != "" {
		if form, failed := form.With(checkWords(m.wording, &words)); failed {
			return c.renderMail(w, r, http.StatusUnprocessableEntity, m, form)
		}
		return c.renderMail(w, r, http.StatusOK, m, form)
	}
	_, err = c.SetMailWords(ctx, kind, words, func(tag time.Time) error {
		return api.CheckMatch(form.Value("version"), api.ETag(tag))
	})
	if form, failed := form.With(err); failed {
		return c.renderMail(w, r, fault.Status(err), m, form)
	}
	if err != nil {
		return err
	}
	return c.mailDone(w, r, "The words are saved. The next mails have them.")
}

func (c screens) resetMail(w http.ResponseWriter, r *http.Request) error {
	_, err := c.ResetMailWords(r.Context(), mail.Kind(r.PathValue("kind")), func(time.Time) error { return nil })
	if err != nil {
		return err
	}
	return c.mailDone(w, r, "The mail has its own words again.")
}

func (c screens) mailDone(w http.ResponseWriter, r *http.Request, words string) error {
	c.pages.Flash.Say(w, web.Done, words)
	http.Redirect(w, r, mailsPath, http.StatusSeeOther)
	return nil
}

// state says whether a mail has words of the agency's.
func (m MailWords) state() web.State {
	if m.UpdatedAt == nil {
		return web.State{Tone: web.Neutral, Words: "As it comes"}
	}
	return web.State{Tone: web.Done, Words: "Your words"}
}
