package mail

import (
	"strings"

	"clientportal/internal/web"
)

// Letter is what stands in a mail's layout. All its texts are plain; the layout
// escapes them.
type Letter struct {
	Agency string // its name, as the heading
	Home   string // the portal's address
	Accent string // the agency's colour, "#rrggbb"
	Legal  string // company name and address

	Signature string         // the agency's words at the end of every mail
	Words     map[Kind]Words // the agency's in some kinds of mails; see Say

	Intro, Closing []string // paragraphs before and after what is told

	Preview    string // what a list of mails shows after the subject
	About      string // "DG-213, Dapper Goods"
	Title      string
	Paragraphs []string
	Quote      Quote
	Items      []Item
	Button     Button
	Note       string // quiet, below the button

	Answerable  bool   // an answer by mail reaches the portal
	Reason      string // "You get this because you opened DG-213."
	SettingsURL string // where the reader chooses what is sent; "" when they can't
}

// Quote is what somebody wrote; without Author there is none.
type Quote struct {
	Author     string
	From       string // "Northlight, today at 09:02"
	Paragraphs []string
}

// Item is one of several things that a mail tells: "Who Text About".
type Item struct {
	Who, Text, About string
	Note, When, Href string
}

// Line is the item in one line.
func (i Item) Line() string { return strings.TrimSpace(i.Who + " " + i.Text + " " + i.About) }

// Button leads to the one thing to do; without Href there is none.
type Button struct{ Label, Href string }

// The inline colours are those of the light theme; the style element swaps them in
// clients that know it.
const (
	styleBody  = "margin:0;font-size:15px;line-height:24px;color:#162024"
	styleQuiet = "margin:0;font-size:13px;line-height:20px;color:#566165"
	styleSmall = "margin:0;font-size:12px;line-height:18px;color:#566165"
	styleFont  = "width:600px;max-width:100%;font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif"
)

// style is the part of the layout that inline styles cannot say.
func (l Letter) style() string {
	accent := web.AccentOf(l.Accent)
	return `<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;width:100%;background:#f5f7f7}
@media (max-width:620px){.wrap{width:100%!important}.pad{padding-left:20px!important;padding-right:20px!important}}
@media (prefers-color-scheme:dark){
body,.bg{background:#14191b!important}
.card{background:#1c2225!important;border-color:#363e41!important}
.text{color:#e6ebec!important}
.quiet{color:#a9b3b6!important}
.line{border-color:#363e41!important}
.button{background:` + accent.Dark + `!important}
.button a{color:` + accent.DarkContent + `!important}
a.link{color:` + accent.Dark + `!important}
}
</style>`
}

// paragraphStyle keeps paragraphs of a quote apart.
func paragraphStyle(i int) string {
	if i == 0 {
		return styleBody
	}
	return styleBody + ";margin-top:12px"
}

func (l Letter) linkStyle(more string) string {
	return "color:" + web.AccentOf(l.Accent).Light + more
}

func (l Letter) buttonGround() string {
	return "background:" + web.AccentOf(l.Accent).Light + ";border-radius:7px"
}

func (l Letter) buttonText() string {
	return "display:inline-block;padding:11px 20px;font-size:15px;line-height:22px;font-weight:600;text-decoration:none;color:" +
		web.AccentOf(l.Accent).LightContent
}
