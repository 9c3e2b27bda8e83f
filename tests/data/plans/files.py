"""Files as programs write them, made in the test: small, and with each program's peculiarities."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import cache

import openpyxl
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import Event, EventType, FileType, Manufacturer, Sport

START = dt.datetime(2026, 5, 13, 4, 30, tzinfo=dt.UTC)


@cache
def fit_activity(sports: tuple[Sport, ...] = (Sport.CYCLING,), seconds: int = 20) -> bytes:
    """One session after the other, a record a second; local time is two hours ahead."""
    builder = FitFileBuilder(auto_define=True)
    head = FileIdMessage()
    head.type = FileType.ACTIVITY
    head.manufacturer = Manufacturer.DEVELOPMENT.value
    head.product = 0
    head.serial_number = 1
    head.time_created = _milliseconds(START)
    builder.add(head)
    for n, sport in enumerate(sports):
        start = START + dt.timedelta(seconds=n * (seconds + 60))
        for second in range(seconds):
            record = RecordMessage()
            record.timestamp = _milliseconds(start + dt.timedelta(seconds=second))
            record.heart_rate = 140 + n
            record.power = 200
            record.distance = 10.0 * second
            builder.add(record)
        session = SessionMessage()
        session.timestamp = _milliseconds(start + dt.timedelta(seconds=seconds))
        session.start_time = _milliseconds(start)
        session.sport = sport
        session.total_timer_time = float(seconds)
        session.total_elapsed_time = float(seconds + 30)
        session.total_distance = 10.0 * seconds
        session.event = Event.SESSION
        session.event_type = EventType.STOP
        builder.add(session)
    activity = ActivityMessage()
    activity.timestamp = _milliseconds(START)
    # FIT counts local time from the same epoch, in seconds.
    activity.local_timestamp = _fit_seconds(START) + 7200
    activity.num_sessions = len(sports)
    builder.add(activity)
    return builder.build().to_bytes()


def _milliseconds(when: dt.datetime) -> int:
    return round(when.timestamp() * 1000)


def _fit_seconds(when: dt.datetime) -> int:
    return round((when - dt.datetime(1989, 12, 31, tzinfo=dt.UTC)).total_seconds())


def tcx(laps: int = 2, activities: int = 1, points: int = 60) -> bytes:
    """Activities an hour apart, each of some laps with a point a second at 3 m/s."""
    text = [
        '<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
    ]
    for a in range(activities):
        start = START + dt.timedelta(hours=a)
        text.append(f'<Activity Sport="Running"><Id>{_iso(start)}</Id>')
        for lap in range(laps):
            text.append(
                f'<Lap StartTime="{_iso(start + dt.timedelta(seconds=lap * points))}">'
                f"<TotalTimeSeconds>{points}</TotalTimeSeconds>"
                f"<DistanceMeters>{3 * points}</DistanceMeters><Track>"
            )
            for n in range(points):
                second = lap * points + n
                text.append(
                    f"<Trackpoint><Time>{_iso(start + dt.timedelta(seconds=second))}</Time>"
                    f"<DistanceMeters>{3 * second}</DistanceMeters>"
                    "<HeartRateBpm><Value>150</Value></HeartRateBpm></Trackpoint>"
                )
            text.append("</Track></Lap>")
        text.append("</Activity>")
    text.append("</Activities></TrainingCenterDatabase>")
    return "".join(text).encode()


def gpx(times: bool = True) -> bytes:
    """A minute northwards, about 3.3 m a second."""
    points = "".join(
        f'<trkpt lat="{47 + n * 0.00003}" lon="9"><ele>400</ele>'
        + (f"<time>{_iso(START + dt.timedelta(seconds=n))}</time>" if times else "")
        + "<extensions><x:TrackPointExtension xmlns:x="
        '"http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><x:hr>145</x:hr>'
        "</x:TrackPointExtension></extensions></trkpt>"
        for n in range(61)
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="x" '
        'xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Morning</name><type>running</type>'
        f"<trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def _iso(when: dt.datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


PWX = b"""<?xml version="1.0"?><pwx xmlns="http://www.peaksware.com/PWX/1/0" version="1.0"><workout>
<athlete><name>Ann</name><weight>61.5</weight></athlete><sportType>Bike</sportType>
<time>2026-05-13T06:30:00</time><summarydata><beginning>0</beginning><duration>3600</duration>
<tss>65.2</tss><hr max="171" min="90" avg="140"/><pwr max="0" min="0" avg="0"/><dist>30000</dist>
</summarydata><sample><timeoffset>0</timeoffset><hr>140</hr></sample>
<sample><timeoffset>1</timeoffset><hr>141</hr></sample></workout></pwx>"""

GOLDENCHEETAH = """\ufeff{"RIDE":{"STARTTIME":"2026\\/05\\/13 04:30:00 UTC ","RECINTSECS":1,
"TAGS":{"Athlete":"Ann ","Sport":"Bike "},
"SAMPLES":[{"SECS":0,"KM":0,"WATTS":200,"HR":0},{"SECS":1,"KM":0.01,"WATTS":210,"HR":0},
{"SECS":2,"KM":0.02,"WATTS":220,"HR":0}]}}""".encode()

ZWO = b"""<workout_file><name>Over-unders</name><sportType>bike</sportType><workout>
<Warmup Duration="600" PowerLow="0.4" PowerHigh="0.7"/>
<IntervalsT Repeat="3" OnDuration="120" OffDuration="60" OnPower="1.1" OffPower="0.5"/>
<Cooldown Duration="300" PowerLow="0.6" PowerHigh="0.4"/></workout></workout_file>"""

ERG = b"""[COURSE HEADER]\r\nFTP = 250\r\nUNITS = ENGLISH\r\nDESCRIPTION = Steps\r\nMINUTES WATTS\r
[END COURSE HEADER]\r\n[COURSE DATA]\r\n0.0\t100\r\n10.0\t100\r\n10.0\t250\r\n15.0\t250\r
[END COURSE DATA]\r\n"""

MRC = ERG.replace(b"MINUTES WATTS", b"MINUTES PERCENT").replace(b"250", b"95")
CRS = b"""[COURSE HEADER]\nUNITS = METRIC\nDESCRIPTION = Hill\n[END COURSE HEADER]
[COURSE DATA]\n1.5 2.0 0\nLAP\n0.5 6.0 0\n[END COURSE DATA]\n"""

ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
    b"DTSTART;VALUE=DATE:20260513\r\nSUMMARY:Threshold ride\r\n"
    b"DESCRIPTION:3x10 min @ 95% FTP\\nTSS: 95\\, then coffee and a very long remark th\r\n"
    b" at is folded\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20260504T160000Z\r\nDURATION:PT45M\r\nSUMMARY:Easy run\r\n"
    b"RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

TRAININGPEAKS = (
    "\ufeffTitle,WorkoutType,WorkoutDescription,PlannedDuration,PlannedDistanceInMeters,WorkoutDay,"
    "CoachComments,DistanceInMeters,PowerAverage,TimeTotalInHours,VelocityAverage,"
    "HeartRateAverage,IF,TSS,HRZone1Minutes,HRZone2Minutes,Rpe,Feeling\n"
    "Endurance,Bike,Stay in Z2,2.0,,2026-05-12,Good,58000,170,1.9,8.5,132,0.71,96.3,40,60,4,4\n"
    "Day Off,Day Off,,,,2026-05-13,,,,,,,,,,,,\n"
    "Intervals,Run,6x800m,1.0,10000,2026-05-14,,,,,,,,,,,,\n"
).encode()

GARMIN = (
    "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Speed\n"
    'Running,2026-05-13 07:02:11,false,Zürich Running,"10,02",641,00:50:10,151,172,5:00\n'
    'Cycling,2026-05-12 17:00:00,false,Zürich Cycling,"40,50",800,01:30:00,--,--,"27,0"\n'
    'Pool Swim,2026-05-11 06:30:00,false,Pool Swim,"1,000",300,00:20:00,130,150,2:00\n'
).encode()

STRAVA = (
    b"Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    b"Distance,Max Heart Rate,Relative Effort,Commute,Elapsed Time,Moving Time,Distance\n"
    b'1,"May 13, 2026, 9:54:42 AM",Lunch Run,Run,,3010,10.02,172,55,false,3010.0,2900.0,10021.4\n'
    b'2,"May 14, 2026, 9:54:42 PM",Oops,Ride,,110,0.10,,1,false,110.0,100.0,102.0\n'
)

INTERVALS = (
    b"id,start_date_local,name,type,moving_time,distance,elapsed_time,total_elevation_gain,"
    b"icu_intensity,icu_training_load,icu_rpe,icu_fatigue,icu_fitness\n"
    b"i1,2026-05-13T06:30:00,Tempo,Ride,5400,45000,5600,410,82.5,102,6,55.1,60.2\n"
)

HRV = (
    b"date,timestamp_measurement,HR,AVNN,SDNN,rMSSD,training,sickness,sleep_time\n"
    b"2026-05-12 12:01:00 a. m. +0000,2026-05-12 7:02:41 a. m. +0000,52.5,1136,57,79.4,"
    b"rest,sick,08:30\n"
    b"2026-05-13 12:01:00 a. m. +0000,-,-,-,-,-,rest,not sick,-\n"
)

GRID = (
    b"Week,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n"
    b"1,Rest,8x400m @ 5k pace,6 km easy,40 min tempo,Rest,5 km easy,16 km long run\n"
    b'2,Rest,5x1000m,"8 km easy\n30 min strength",45 min tempo,Rest,5 km easy,18 km long run\n'
)

MARKDOWN = """# 训练计划

| 日期 | 项目 | 训练内容 | 距离 (公里) |
|---|---|---|---:|
| 2026-05-11 | 休息 | | |
| 2026-05-12 | 跑步 | 6×800米 间歇90秒 | 9.5 |
""".encode()

YAML = b"""athlete: Ann
sessions:
  - date: 2026-05-12
    sport: run
    title: Easy
    duration_min: 45
  - date: 2026-05-13
    sport: rest
"""

JSON = (
    b'{"events": [{"category": "WORKOUT", "type": "Ride", "name": "Recovery", '
    b'"start_date_local": "2026-05-13T17:30:00", "moving_time": "1:00:00", '
    b'"icu_training_load": "40", "steps": [{"a": 1}]}]}'
)

HRM = b"""[Params]
Version=106
SMode=111100000
Date=20260512
StartTime=08:14:11.0
Length=00:00:20.0
Interval=5
MaxHR=195
RestHR=52
Weight=73

[Note]
easy spin

[HRData]
120\t360\t85\t400\t0
130\t360\t86\t404\t0
140\t360\t87\t408\t0
150\t360\t88\t412\t0
"""

TEXT = "Mon: 8x400m @ 5k pace, 周三 休息\nFri: easy 45 min run\nSun: 18 km long run".encode()


def xlsx() -> bytes:
    """A sheet of notes, then a sheet whose header stands below a legend; a formula, a real date."""
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Plan")
    rows = [
        ["E", "easy aerobic run"],
        ["O", "off / rest day"],
        [],
        ["Date", "WT", "mileage", "duration (minutes)"],
        [dt.datetime(2026, 5, 12), "E", 5, 45],
        [dt.datetime(2026, 5, 13), "O", None, None],
        ["=1+1", "E", 5, 45],
    ]
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


def one_of_each() -> dict[str, bytes]:
    """Format → a file of it."""
    return {
        "fit": fit_activity(),
        "tcx": tcx(points=5),
        "gpx": gpx(),
        "pwx": PWX,
        "goldencheetah": GOLDENCHEETAH,
        "zwo": ZWO,
        "erg": ERG,
        "mrc": MRC,
        "crs": CRS,
        "ics": ICS,
        "hrm": HRM,
        "trainingpeaks": TRAININGPEAKS,
        "garmin": GARMIN,
        "strava": STRAVA,
        "intervals": INTERVALS,
        "hrv": HRV,
        "grid": GRID,
        "markdown": MARKDOWN,
        "yaml": YAML,
        "json": JSON,
        "text": TEXT,
        "xlsx": xlsx(),
    }
