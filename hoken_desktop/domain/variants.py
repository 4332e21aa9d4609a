"""Kanji that are written in several shapes, folded to one for comparison only; stored text keeps its own.

`_JOYO`: 常用漢字表 (平成22年内閣告示第2号) prints the 康熙字典体 beside 364 of its characters; these are the
pairs that survive NFKC (compatibility ideographs fold by themselves). `_NAMES`: further shapes common in
family and given names (人名用漢字別表第二, 戸籍統一文字 usage), and the unified ideographs of the vendor
rows of JIS which NFKC leaves alone. Two families that differ only in shape (斎藤/斉藤) fold together:
a comparison never rests on the name alone.
"""

from __future__ import annotations

_JOYO = """
亞亜 惡悪 壓圧 圍囲 醫医 爲為 壹壱 隱隠 榮栄 營営 衞衛 驛駅 圓円 鹽塩 緣縁 艷艶 應応 歐欧 毆殴 櫻桜 奧奥 橫横 溫温 穩穏
假仮 價価 畫画 會会 繪絵 壞壊 懷懐 槪概 擴拡 殼殻 覺覚 學学 嶽岳 樂楽 渴渇 罐缶 卷巻 陷陥 勸勧 寬寛 關関 歡歓 觀観
氣気 歸帰 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 虛虚 峽峡 挾挟 狹狭 鄕郷 曉暁 區区 驅駆 勳勲 薰薫 徑径 莖茎 惠恵 揭掲 溪渓
經経 螢蛍 輕軽 繼継 鷄鶏 藝芸 擊撃 缺欠 硏研 縣県 儉倹 劍剣 險険 圈圏 檢検 獻献 權権 顯顕 驗験 嚴厳 廣広 效効 恆恒 黃黄
鑛鉱 號号 國国 黑黒 碎砕 濟済 齋斎 劑剤 雜雑 參参 棧桟 蠶蚕 慘惨 贊賛 殘残 絲糸 齒歯 兒児 辭辞 濕湿 實実 寫写 釋釈 壽寿
收収 從従 澁渋 獸獣 縱縦 肅粛 處処 緖緒 敍叙 將将 稱称 涉渉 燒焼 證証 奬奨 條条 狀状 乘乗 淨浄 剩剰 疊畳 繩縄 壤壌 孃嬢
讓譲 釀醸 觸触 囑嘱 眞真 寢寝 愼慎 盡尽 圖図 粹粋 醉酔 穗穂 隨随 髓髄 樞枢 數数 瀨瀬 聲声 齊斉 靜静 竊窃 攝摂 專専 淺浅
戰戦 踐践 錢銭 潛潜 纖繊 禪禅 雙双 壯壮 爭争 莊荘 搜捜 插挿 巢巣 曾曽 瘦痩 裝装 總総 騷騒 增増 藏蔵 臟臓 卽即 屬属 續続
墮堕 對対 體体 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 擔担 單単 膽胆 團団 斷断 彈弾 遲遅 癡痴 蟲虫 晝昼 鑄鋳 廳庁 徵徴 聽聴 敕勅
鎭鎮 遞逓 鐵鉄 點点 轉転 傳伝 燈灯 當当 黨党 盜盗 稻稲 鬭闘 德徳 獨独 讀読 屆届 貳弐 惱悩 腦脳 霸覇 拜拝 廢廃 賣売 麥麦
發発 髮髪 拔抜 晚晩 蠻蛮 祕秘 濱浜 甁瓶 拂払 佛仏 倂併 竝並 餠餅 邊辺 變変 辯弁 瓣弁 辨弁 步歩 寶宝 豐豊 襃褒 飜翻 每毎
萬万 滿満 麵麺 默黙 彌弥 譯訳 藥薬 與与 豫予 餘余 譽誉 搖揺 樣様 謠謡 來来 賴頼 亂乱 覽覧 龍竜 兩両 獵猟 綠緑 淚涙 壘塁
禮礼 勵励 戾戻 靈霊 齡齢 曆暦 歷歴 戀恋 鍊錬 爐炉 勞労 郞郎 樓楼 錄録 灣湾
"""

_NAMES = """
髙高 﨑崎 嵜崎 碕崎 㟢崎 濵浜 邉辺 齋斉 斎斉 𠮷吉 栁柳 桺柳 曻昇 嶋島 嶌島 冨富 峯峰 埜野 邨村 舘館 凛凜 渕淵 渊淵 桒桑
枩松 柗松 槗橋 𣘺橋 靏鶴 靍鶴 鸖鶴 穐秋 龝秋 啟啓 諌諫 淸清 靑青 吿告 內内 吳呉 產産 彥彦 顏顔 說説 銳鋭 閱閲 脫脱 悅悦
絕絶 稅税 戶戸 旣既 飮飲 幷并 敎教 强強 祿禄 亙亘 凉涼 廐厩 姬姫 廻回 莵菟 檪櫟 篭籠 苅刈 薗園 蘆芦 麴麹 杦杉 栢柏 枡桝
檜桧 楳梅 毗毘 濤涛 焰焔 熈熙 煕熙 瑤瑶 畧略 皋皐 禱祷 頴穎 簑蓑 籏旗 緜綿 羣群 舩船 萠萌 蔣蒋 蠣蛎 讚讃 逹達 邇迩 醬醤
釼剣 劔剣 劒剣 鈎鉤 鐡鉄 頸頚 駈駆 鰺鯵 鶯鴬 鷗鴎 堯尭 槇槙 遙遥 巖巌 藪薮 籔薮 晧皓 隝島 﨟臈 嗣嗣 斈学 閒間 舖舗 渚渚
曺曹 桝桝 兔兎 兎兎 冴冱 册冊 寳宝 寶宝 刄刃 仞仭 樋樋 櫛櫛 珎珍 眷眷 礪砺 礒磯 竈竃 籐籐 繫繋 罇樽 翆翠 耻恥 脉脈 苐第
蕋蕊 蘓蘇 覊羈 輌輛 迯逃 遶繞 鉋鉋 鑚鑽 雞鶏 鞏鞏 飯飯 鬪闘 鷆鷏 鵞鵝 鼡鼠 齢齢 𨕙辺 𨘢辺 瀞瀞 厲励 壻婿 娛娯 寃冤 徃往
"""


def _table() -> dict[str, str]:
    pairs = {pair[0]: pair[1] for pair in (_JOYO + _NAMES).split() if pair[0] != pair[1]}
    # A shape may stand behind another (齋 -> 斎 -> 斉): follow to the end.
    settled: dict[str, str] = {}
    for old, new in pairs.items():
        seen = {old}
        while new in pairs and new not in seen:
            seen.add(new)
            new = pairs[new]
        settled[old] = new
    return settled


FOLD: dict[int, str] = str.maketrans(_table())
"""Shape -> the one it is compared as; for str.translate."""
