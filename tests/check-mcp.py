#!/usr/bin/env python3
"""Uses each tool of a running Roundtable with a client that is not ours (PyPI `mcp`), over HTTP or on standard input.

Usage: check-mcp.py URL TOKEN, or check-mcp.py TOKEN -- COMMAND …: the token of one of the NED Team who may write, in a database
with clients. Prints what each tool answered; ends with an error where one did not do its work."""
import asyncio
import datetime
import sys

import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


async def use(server, mode):
    async with Client(server, mode=mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        print(f"{mode}: speaks {client.protocol_version}, offers {', '.join(names)}")

        async def call(name, **arguments):
            result = await client.call_tool(name, arguments)
            print(f"  {name}: {result.content[0].text.splitlines()[0]}")
            return result

        needs = (await call("needs_attention")).structured_content["data"]["needs"]
        first = next(one for need in needs for one in need["clients"])
        id, name, today = first["client_id"], first["client_name"], datetime.date.today().isoformat()
        found = (await call("search", query=name)).structured_content["data"]["items"]
        assert any(item.get("title") == name for item in found), found
        brief = await call("client_brief", client_id=id)
        assert brief.structured_content["data"]["client"]["client_name"] == name, brief
        await call("ways_between", **{"from": f"people/{first['mpr_primary_poc'] or 1}", "to": f"clients/{id}"})
        logged = await call("log_contact", client_id=id, contact_date=today, contact_type="Phone")
        assert logged.structured_content["data"]["contact"]["contact_type"] == "Phone", logged
        refused = await call("log_contact", client_id=id, contact_date=today, contact_type="Fax")
        assert refused.is_error and "contact_type" in refused.content[0].text, refused
        for tool, texts in [("draft_entry", {"next_steps": "Call them"}), ("draft_action_item", {"text": "Write"})]:
            draft = await call(tool, client_id=id, **texts)
            assert not draft.is_error and draft.structured_content["data"]["address"], draft
        missing = await call("client_brief", client_id=999_999_999)
        assert missing.is_error, missing


async def main(arguments):
    for mode in ["legacy", "auto", "2026-07-28"]:
        if "--" in arguments:
            token, _, command, *rest = arguments
            environment = {"ROUNDTABLE_TOKEN": token}
            await use(stdio_client(StdioServerParameters(command=command, args=rest, env=environment)), mode)
        else:
            url, token = arguments
            async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
                await use(streamable_http_client(url, http_client=http), mode)
    print("each tool did its work")


asyncio.run(main(sys.argv[1:]))
