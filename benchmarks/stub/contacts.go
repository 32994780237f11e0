package stub

import (
	"fmt"
	"strings"
)

// Contact returns a contact with every field that the reference documents. Some
// values are those of many contacts, others of this one alone.
func Contact(i int) string {
	company := func(n int) string {
		return fmt.Sprintf(`{"object":"company","id":"%024x","companyId":"company-%d","name":"Company %d","plan":%q,"industry":"Software",`+
			`"website":"https://company-%d.example.com","monthlySpend":%d.5,"companySize":%d,"linkedUsers":%d,"customFields":{"region":"EMEA"},`+
			`"createdAt":"2025-03-%02dT10:20:30.456Z","updatedAt":"2025-06-%02dT10:20:30.456Z","lastActivity":"2025-09-%02dT10:20:30.456Z"}`,
			n+1, n, n, []string{"free", "pro", "enterprise"}[n%3], n, 10*(n%50), n%500, n%20, 1+n%28, 1+n%27, 1+n%26)
	}
	return fmt.Sprintf(`{"object":"contact","id":"676f0f67%016x","type":"customer","userId":"user-%d","email":"person.%d@example.com",`+
		`"name":"Person Number %d","description":"Joined in the year %d","profilePicture":"https://cdn.example.com/avatars/%d.png","locale":"en",`+
		`"organizationId":"5febde12dc56d60012d47db6","companies":[%s,%s],"roles":["admin","beta"],`+
		`"customFields":{"plan":"pro","seats":%d,"trial":false,"tags":["a","b"]},"verified":true,"subscribedToChangelog":%t,`+
		`"manuallyOptedOutFromChangelog":false,"postsCreated":%d,"commentsCreated":%d,"lastActivity":"2025-10-%02dT08:09:10.123Z"}`,
		i, i, i, i, 2000+i%25, i, company(i%200), company(i/7%200), i%40, i%2 == 0, i%9, i%31, 1+i%28)
}

// ContactPage returns a page of contacts, beginning with contact number first.
func ContactPage(first, n int, nextCursor string) string {
	contacts := make([]string, n)
	for i := range contacts {
		contacts[i] = Contact(first + i)
	}
	cursor := "null"
	if nextCursor != "" {
		cursor = `"` + nextCursor + `"`
	}
	return `{"object":"list","data":[` + strings.Join(contacts, ",") + `],"nextCursor":` + cursor + `}`
}
