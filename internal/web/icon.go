package web

// IconName is one of the drawings below, 16 by 16, in strokes of 1.5.
type IconName string

// The icons. Those of status and priority are drawn by Status and Priority.
const (
	IconAttach    IconName = "attach"
	IconBell      IconName = "bell"
	IconBuilding  IconName = "building"
	IconChart     IconName = "chart"
	IconCheck     IconName = "check"
	IconClock     IconName = "clock"
	IconData      IconName = "data"
	IconDown      IconName = "down"
	IconDownload  IconName = "download"
	IconEdit      IconName = "edit"
	IconEye       IconName = "eye"
	IconFile      IconName = "file"
	IconFilter    IconName = "filter"
	IconGear      IconName = "gear"
	IconHome      IconName = "home"
	IconHourglass IconName = "hourglass"
	IconImage     IconName = "image"
	IconInfo      IconName = "info"
	IconKey       IconName = "key"
	IconLeft      IconName = "left"
	IconList      IconName = "list"
	IconLock      IconName = "lock"
	IconMail      IconName = "mail"
	IconMenu      IconName = "menu"
	IconPeople    IconName = "people"
	IconPlus      IconName = "plus"
	IconProjects  IconName = "projects"
	IconQuote     IconName = "quote"
	IconReport    IconName = "report"
	IconRight     IconName = "right"
	IconSearch    IconName = "search"
	IconShield    IconName = "shield"
	IconSync      IconName = "sync"
	IconTicket    IconName = "ticket"
	IconUser      IconName = "user"
	IconWarn      IconName = "warn"
	IconX         IconName = "x"

	iconPlanned IconName = "status-planned"
	iconOpen    IconName = "status-open"
	iconActive  IconName = "status-active"
	iconWaiting IconName = "status-waiting"
	iconDone    IconName = "status-done"
	iconClosed  IconName = "status-closed"
	iconLate    IconName = "status-late"
	iconLow     IconName = "priority-low"
	iconMedium  IconName = "priority-medium"
	iconHigh    IconName = "priority-high"
	iconUrgent  IconName = "priority-urgent"
)

// drawings holds what stands inside each icon's svg element.
var drawings = map[IconName]string{
	IconAttach:    `<path d="m12.75 7.5-4.9 4.9a3 3 0 0 1-4.25-4.25l5-5a2 2 0 0 1 2.83 2.83l-4.9 4.9a1 1 0 0 1-1.42-1.42L9.5 5.1"/>`,
	IconBell:      `<path d="M4 6.75a4 4 0 0 1 8 0c0 3 1.25 4.25 1.25 4.25H2.75S4 9.75 4 6.75M6.75 13.25a1.4 1.4 0 0 0 2.5 0"/>`,
	IconBuilding:  `<path d="M3 14V2.5h6.5V14M9.5 6.5H13V14M1.75 14h12.5M5.25 5.25h2M5.25 8h2M5.25 10.75h2"/>`,
	IconChart:     `<path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6"/>`,
	IconCheck:     `<path d="m3.25 8.5 3 3 6.5-7"/>`,
	IconClock:     `<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>`,
	IconData:      `<ellipse cx="8" cy="3.9" rx="5" ry="1.9"/><path d="M3 3.9v8.2c0 1.05 2.24 1.9 5 1.9s5-.85 5-1.9V3.9M3 8c0 1.05 2.24 1.9 5 1.9S13 9.05 13 8"/>`,
	IconDown:      `<path class="solid" d="M4.75 6.5h6.5L8 10z"/>`,
	IconDownload:  `<path d="M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M2.75 13.25h10.5"/>`,
	IconEdit:      `<path d="m10.75 3 2.25 2.25-7.5 7.5-3 .75.75-3zM9.25 4.5l2.25 2.25"/>`,
	IconEye:       `<path d="M1.5 8S3.75 3.75 8 3.75 14.5 8 14.5 8 12.25 12.25 8 12.25 1.5 8 1.5 8"/><circle cx="8" cy="8" r="1.9"/>`,
	IconFile:      `<path d="M4 1.75h5.5L12.5 5v9.25H4zM9.25 2v3.25h3"/>`,
	IconFilter:    `<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>`,
	IconGear:      `<circle cx="8" cy="8" r="2"/><path d="M8 1.75v2M8 12.25v2M1.75 8h2M12.25 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4"/>`,
	IconHome:      `<path d="M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5H9.75V9.5h-3.5v4H3a.5.5 0 0 1-.5-.5z"/>`,
	IconHourglass: `<path d="M3.75 2h8.5M3.75 14h8.5M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14"/>`,
	IconImage:     `<path d="M2.5 3h11v10h-11zM2.5 11l3.25-3.5L8.5 10l2-2 3 3M10.5 5.75h.01"/>`,
	IconInfo:      `<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.25M8 5.25h.01"/>`,
	IconKey:       `<circle cx="5.25" cy="10.75" r="2.75"/><path d="m7.25 8.75 5.5-5.5M10.5 5.5l2 2"/>`,
	IconLeft:      `<path d="m10 4-4 4 4 4"/>`,
	IconList:      `<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01"/>`,
	IconLock:      `<path d="M3.5 7.25h9v6.25h-9zM5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>`,
	IconMail:      `<path d="M2 3.5h12v9H2zM2.25 4 8 8.75 13.75 4"/>`,
	IconMenu:      `<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>`,
	IconPeople:    `<circle cx="6" cy="5.5" r="2.5"/><path d="M1.75 13.25c.3-2.5 2-3.75 4.25-3.75s3.95 1.25 4.25 3.75M10.5 3.25a2.4 2.4 0 0 1 0 4.5M12 9.9c1.3.5 2.05 1.6 2.25 3.35"/>`,
	IconPlus:      `<path d="M8 3v10M3 8h10"/>`,
	IconProjects:  `<path d="M2.5 4h7M2.5 8h11M6 12h7.5"/>`,
	IconQuote:     `<path d="M4 1.75h5.5L12.5 5v9.25H4zM9.25 2v3.25h3M6.25 8.5h4M6.25 11h4"/>`,
	IconReport:    `<path d="M4 1.75h5.5L12.5 5v9.25H4zM9.25 2v3.25h3M6.25 11.5V9.75M8.25 11.5v-3.5M10.25 11.5v-1"/>`,
	IconRight:     `<path d="m6 4 4 4-4 4"/>`,
	IconSearch:    `<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/>`,
	IconShield:    `<path d="M8 1.75 13 3.5v4c0 3.25-2.1 5.5-5 6.75-2.9-1.25-5-3.5-5-6.75v-4zM5.75 7.75l1.6 1.6 2.9-3.1"/>`,
	IconSync:      `<path d="M13.25 8a5.25 5.25 0 0 1-9.5 3.1M2.75 8a5.25 5.25 0 0 1 9.5-3.1M12.5 2v3h-3M3.5 14v-3h3"/>`,
	IconTicket:    `<path d="M2.5 3.5h11v7.5H7.5L4.5 13.5V11h-2z"/>`,
	IconUser:      `<circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 13.75c.35-2.75 2.4-4 5.25-4s4.9 1.25 5.25 4"/>`,
	IconWarn:      `<path d="M8 2.25 14.25 13H1.75zM8 6.5v3M8 11.25h.01"/>`,
	IconX:         `<path d="m4 4 8 8M12 4l-8 8"/>`,

	iconPlanned: `<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.9 2.86"/>`,
	iconOpen:    `<circle cx="8" cy="8" r="5.5"/>`,
	iconActive:  `<circle cx="8" cy="8" r="5.5"/><path class="solid" d="M8 5a3 3 0 0 1 0 6z"/>`,
	iconWaiting: `<circle cx="8" cy="8" r="5.5"/><path d="M6.5 6v4M9.5 6v4"/>`,
	iconDone:    `<circle class="solid" cx="8" cy="8" r="6.25"/><path class="cut" d="m5.25 8.25 2 2 3.5-4"/>`,
	iconClosed:  `<circle cx="8" cy="8" r="5.5"/><path d="m5.75 8.25 1.6 1.6 2.9-3.4"/>`,
	iconLate:    `<circle class="solid" cx="8" cy="8" r="6.25"/><path class="cut" d="M8 4.75v3.5M8 11h.01"/>`,
	iconLow:     `<path d="M3 13v-2.5"/><path opacity=".28" d="M8 13V7M13 13V3"/>`,
	iconMedium:  `<path d="M3 13v-2.5M8 13V7"/><path opacity=".28" d="M13 13V3"/>`,
	iconHigh:    `<path d="M3 13v-2.5M8 13V7M13 13V3"/>`,
	iconUrgent:  `<path class="solid" d="M2 2h12v12H2z"/><path class="cut" d="M8 4.5v4.25M8 11.4h.01"/>`,
}
