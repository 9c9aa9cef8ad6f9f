"""What people write by hand: every row of a sheet in a call of its own, so many at once, and a file of results.

Nothing is checked, nothing is on disk before it is sent, and whoever starts it again sends it all again.
"""

import asyncio
import csv
import json
import sys

import aiohttp


async def send_all(sheet, host, concurrency):
    address = f"{host}/campaign/api/v2/public/st-bench/campaign/schedule"
    headers = {"auth": "token", "accountId": "bench", "iid": "st-bench"}
    with open(sheet, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    results = [None] * len(rows)
    turns = iter(enumerate(rows))

    async def work(session):
        for index, row in turns:
            body = {
                "startDateTime": f"{row['Start']}:00",
                "endDateTime": f"{row['End']}:00",
                "recurrenceObject": {"recurType": "Daily", "dailyDetails": {"onceEveryNdays": 1}},
            }
            query = {"enableSchedule": "true", "campaignName": row["Campaign"]}
            async with session.post(address, params=query, json=body, headers=headers) as answer:
                results[index] = (answer.status, (await answer.json())["status"])

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session) for _ in range(concurrency)))
    with open(f"{sheet}.by-hand.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for row, result in zip(rows, results):
            writer.writerow([*row.values(), *result])
    if any(result != (200, "success") for result in results):
        sys.exit("the server said no: " + json.dumps(results[:3]))


asyncio.run(send_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
