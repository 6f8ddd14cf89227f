"""Prose of reports that never were, in six languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    parts: tuple[str, ...]  # introduction, recommendations, summary, adoption
    part_marks: tuple[str, ...]
    sections: tuple[str, ...]
    section_marks: tuple[str, ...]
    heading: str  # with {}
    ordinals: tuple[str, ...]
    chapeau: str
    intro: str
    summary: str
    adoption: str
    titles: tuple[str, ...]
    # What is asked, and how.
    asked: tuple[tuple[str, str], ...]
    points: str = "abcdefghij"
    number: str = "{}. "


ROMAN = ("I", "II", "III", "IV")
WORDS = {
    "en": Words(
        (
            "Introduction",
            "Recommendations",
            "Summary of deliberations",
            "Adoption of the report",
        ),
        ROMAN,
        ("General recommendations", "Recommendations on financial inquiries"),
        ("A", "B"),
        "Recommendation {}",
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        "The Working Group adopted the following recommendations:",
        "The Working Group was given the task of advising the Conference. It met in a year that saw many sea routes change.",
        "A panellist recalled that boats had become smaller, and that crews were seldom found on board when rescue came.",
        "On the last day of its meeting, the Working Group adopted its report as orally amended.",
        (
            "Boats and harbours",
            "Money that moves",
            "Young travellers",
            "Trained patrols",
            "Shared tools",
            "Letters rogatory",
            "Open seas",
            "Helping hands",
            "Steady research",
            "Plain words",
        ),
        (
            (
                "States parties should register small boats in their harbours, so that owners can be traced when a vessel is found adrift.",
                "should",
            ),
            (
                "States parties should, in accordance with their domestic law, consider following the money that smugglers collect in advance.",
                "should_consider",
            ),
            (
                "States parties are encouraged to appoint guardians for children who travel alone, from the first hour after rescue.",
                "encouraged",
            ),
            (
                "States parties are encouraged, where appropriate, to consider joint patrols along the coasts that crews avoid by day.",
                "encouraged_to_consider",
            ),
            (
                "States parties are invited to share samples of forged seals with the laboratories of their neighbours.",
                "invited",
            ),
            (
                "States parties are urged to answer letters rogatory within the time that the Convention allows.",
                "urged",
            ),
            (
                "States parties may wish to name one office that answers calls from ships at every hour.",
                "may_wish",
            ),
            (
                "The Secretariat is requested to prepare a paper on the prices that migrants pay, subject to the availability of resources.",
                "requested",
            ),
            (
                "States parties should support research by universities, and make its findings known to prosecutors.",
                "should",
            ),
            (
                "States parties should consider writing to families at home in plain words about the dangers of the journey.",
                "should_consider",
            ),
        ),
    ),
    "fr": Words(
        (
            "Introduction",
            "Recommandations",
            "Résumé des délibérations",
            "Adoption du rapport",
        ),
        ROMAN,
        (
            "Recommandations générales",
            "Recommandations relatives aux enquêtes financières",
        ),
        ("A", "B"),
        "Recommandation {}",
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        "Le Groupe de travail a adopté les recommandations suivantes :",
        "Le Groupe de travail a été chargé de conseiller la Conférence. Il s’est réuni l’année où bien des routes maritimes ont changé.",
        "Une intervenante a rappelé que les bateaux étaient devenus plus petits et que les équipages étaient rarement à bord à l’arrivée des secours.",
        "Le dernier jour de sa réunion, le Groupe de travail a adopté son rapport tel que modifié oralement.",
        (
            "Bateaux et ports",
            "Argent en mouvement",
            "Jeunes voyageurs",
            "Patrouilles formées",
            "Outils partagés",
            "Commissions rogatoires",
            "Haute mer",
            "Mains tendues",
            "Recherche suivie",
            "Mots simples",
        ),
        (
            (
                "Les États parties devraient immatriculer les petits bateaux dans leurs ports, afin que l’on retrouve les propriétaires d’un navire à la dérive.",
                "should",
            ),
            (
                "Les États parties devraient, conformément à leur droit interne, envisager de suivre l’argent que les passeurs perçoivent d’avance.",
                "should_consider",
            ),
            (
                "Les États parties sont encouragés à désigner des tuteurs pour les enfants qui voyagent seuls, dès la première heure qui suit le sauvetage.",
                "encouraged",
            ),
            (
                "Les États parties sont encouragés, selon qu’il convient, à envisager des patrouilles communes le long des côtes que les équipages évitent le jour.",
                "encouraged_to_consider",
            ),
            (
                "Les États parties sont invités à échanger des modèles de sceaux contrefaits avec les laboratoires de leurs voisins.",
                "invited",
            ),
            (
                "Les États parties sont instamment priés de répondre aux commissions rogatoires dans les délais que prévoit la Convention.",
                "urged",
            ),
            (
                "Les États parties souhaiteront peut-être désigner un service qui réponde à toute heure aux appels des navires.",
                "may_wish",
            ),
            (
                "Le Secrétariat est prié d’établir un document sur les prix que paient les migrants, sous réserve des ressources disponibles.",
                "requested",
            ),
            (
                "Les États parties devraient soutenir les recherches des universités et en faire connaître les résultats aux procureurs.",
                "should",
            ),
            (
                "Les États parties devraient envisager d’écrire aux familles, en mots simples, quels sont les dangers du voyage.",
                "should_consider",
            ),
        ),
    ),
    "es": Words(
        (
            "Introducción",
            "Recomendaciones",
            "Resumen de las deliberaciones",
            "Aprobación del informe",
        ),
        ROMAN,
        (
            "Recomendaciones generales",
            "Recomendaciones sobre investigaciones financieras",
        ),
        ("A", "B"),
        "Recomendación {}",
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        "El Grupo de Trabajo aprobó las siguientes recomendaciones:",
        "Se encomendó al Grupo de Trabajo que asesorara a la Conferencia. Se reunió en un año en que cambiaron muchas rutas por mar.",
        "Una ponente recordó que las embarcaciones eran cada vez más pequeñas y que rara vez se encontraba a bordo a la tripulación.",
        "El último día de su reunión, el Grupo de Trabajo aprobó su informe en su forma oralmente enmendada.",
        (
            "Barcos y puertos",
            "Dinero en movimiento",
            "Jóvenes viajeros",
            "Patrullas formadas",
            "Medios comunes",
            "Comisiones rogatorias",
            "Alta mar",
            "Manos tendidas",
            "Estudios constantes",
            "Palabras sencillas",
        ),
        (
            (
                "Los Estados partes deberían matricular las embarcaciones pequeñas en sus puertos, a fin de localizar a los dueños de un buque a la deriva.",
                "should",
            ),
            (
                "Los Estados partes deberían, de conformidad con su derecho interno, considerar la posibilidad de seguir el dinero que los traficantes cobran por adelantado.",
                "should_consider",
            ),
            (
                "Se alienta a los Estados partes a que nombren tutores para los niños que viajan solos, desde la primera hora tras el salvamento.",
                "encouraged",
            ),
            (
                "Se alienta a los Estados partes a que, según proceda, consideren patrullas comunes a lo largo de las costas que las tripulaciones evitan de día.",
                "encouraged_to_consider",
            ),
            (
                "Se invita a los Estados partes a compartir modelos de sellos falsificados con los laboratorios de sus vecinos.",
                "invited",
            ),
            (
                "Se insta a los Estados partes a que respondan a las comisiones rogatorias en los plazos que prevé la Convención.",
                "urged",
            ),
            (
                "Los Estados partes tal vez deseen designar una oficina que atienda a toda hora las llamadas de los buques.",
                "may_wish",
            ),
            (
                "Se solicita a la Secretaría que prepare un documento sobre los precios que pagan los migrantes, con sujeción a los recursos disponibles.",
                "requested",
            ),
            (
                "Los Estados partes deberían apoyar los estudios de las universidades y dar a conocer sus resultados a los fiscales.",
                "should",
            ),
            (
                "Los Estados partes deberían considerar la posibilidad de escribir a las familias, con palabras sencillas, sobre los peligros del viaje.",
                "should_consider",
            ),
        ),
    ),
    "ru": Words(
        ("Введение", "Рекомендации", "Резюме обсуждений", "Утверждение доклада"),
        ROMAN,
        ("Общие рекомендации", "Рекомендации по финансовым расследованиям"),
        ("А", "Б"),
        "Рекомендация {}",
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        "Рабочая группа приняла следующие рекомендации:",
        "Рабочей группе было поручено консультировать Конференцию. Она собралась в год, когда изменились многие морские пути.",
        "Одна из докладчиков напомнила, что лодки стали меньше и что экипаж редко находят на борту, когда приходит помощь.",
        "В последний день своего совещания Рабочая группа утвердила свой доклад с внесенными в него устными поправками.",
        (
            "Лодки и гавани",
            "Движение денег",
            "Юные путники",
            "Обученные патрули",
            "Общие средства",
            "Судебные поручения",
            "Открытое море",
            "Руки помощи",
            "Постоянные исследования",
            "Простые слова",
        ),
        (
            (
                "Государствам-участникам следует регистрировать малые суда в своих гаванях, чтобы можно было найти владельцев судна, дрейфующего в море.",
                "should",
            ),
            (
                "Государствам-участникам следует, в соответствии с внутренним законодательством, рассмотреть возможность отслеживать деньги, которые берут заранее.",
                "should_consider",
            ),
            (
                "Государствам-участникам рекомендуется назначать опекунов детям, которые путешествуют одни, с первого часа после спасения.",
                "encouraged",
            ),
            (
                "Государствам-участникам рекомендуется, в надлежащих случаях, рассмотреть возможность совместных патрулей вдоль берегов, которых днем избегают.",
                "encouraged_to_consider",
            ),
            (
                "Государствам-участникам предлагается обмениваться образцами поддельных печатей с лабораториями соседних стран.",
                "invited",
            ),
            (
                "Государства-участники настоятельно призываются отвечать на судебные поручения в сроки, предусмотренные Конвенцией.",
                "urged",
            ),
            (
                "Государства-участники, возможно, пожелают назначить службу, которая в любой час отвечает на вызовы судов.",
                "may_wish",
            ),
            (
                "Секретариату предлагается подготовить документ о ценах, которые платят мигранты, при условии наличия ресурсов.",
                "requested",
            ),
            (
                "Государствам-участникам следует поддерживать исследования университетов и сообщать об их выводах прокурорам.",
                "should",
            ),
            (
                "Государствам-участникам следует рассмотреть вопрос о том, чтобы простыми словами писать семьям об опасностях пути.",
                "should_consider",
            ),
        ),
        points="abcdefghij",
    ),
    "ar": Words(
        ("مقدمة", "التوصيات", "ملخص المداولات", "اعتماد التقرير"),
        ("أولاً", "ثانياً", "ثالثاً", "رابعاً"),
        ("توصيات عامة", "توصيات بشأن التحقيقات المالية"),
        ("ألف", "باء"),
        "التوصية {}",
        (
            "الأولى",
            "الثانية",
            "الثالثة",
            "الرابعة",
            "الخامسة",
            "السادسة",
            "السابعة",
            "الثامنة",
            "التاسعة",
            "العاشرة",
        ),
        "اعتمد الفريق العامل التوصيات التالية:",
        "كُلف الفريق العامل بإسداء المشورة إلى المؤتمر. واجتمع في سنة تغيرت فيها طرق بحرية كثيرة.",
        "ذكّرت إحدى المتكلمات بأن القوارب أصبحت أصغر، وبأن الطاقم نادرا ما يوجد على متنها عند وصول النجدة.",
        "في اليوم الأخير من اجتماعه، اعتمد الفريق العامل تقريره بصيغته المعدلة شفويا.",
        (
            "القوارب والموانئ",
            "حركة الأموال",
            "صغار المسافرين",
            "دوريات مدربة",
            "أدوات مشتركة",
            "الإنابات القضائية",
            "أعالي البحار",
            "أيد ممدودة",
            "بحوث متواصلة",
            "كلمات بسيطة",
        ),
        (
            (
                "ينبغي للدول الأطراف أن تسجل القوارب الصغيرة في موانئها، كي يتسنى العثور على أصحاب السفن الجانحة.",
                "should",
            ),
            (
                "ينبغي للدول الأطراف أن تنظر، وفقا لقوانينها الداخلية، في تتبع الأموال التي يتقاضاها المهربون سلفا.",
                "should_consider",
            ),
            (
                "تشجَّع الدول الأطراف على تعيين أوصياء للأطفال المسافرين بمفردهم، منذ الساعة الأولى بعد الإنقاذ.",
                "encouraged",
            ),
            (
                "تشجَّع الدول الأطراف على النظر، عند الاقتضاء، في تسيير دوريات مشتركة على السواحل التي تتجنبها الأطقم نهارا.",
                "encouraged_to_consider",
            ),
            (
                "تُدعى الدول الأطراف إلى تبادل نماذج الأختام المزورة مع مختبرات الدول المجاورة.",
                "invited",
            ),
            (
                "تُحث الدول الأطراف على الرد على الإنابات القضائية في الآجال التي تنص عليها الاتفاقية.",
                "urged",
            ),
            (
                "لعل الدول الأطراف تود أن تعين مكتبا يرد على نداءات السفن في كل ساعة.",
                "may_wish",
            ),
            (
                "يُطلب إلى الأمانة أن تعد ورقة عن الأسعار التي يدفعها المهاجرون، رهنا بتوافر الموارد.",
                "requested",
            ),
            (
                "ينبغي للدول الأطراف أن تدعم بحوث الجامعات وأن تطلع أعضاء النيابة العامة على نتائجها.",
                "should",
            ),
            (
                "ينبغي للدول الأطراف النظر في مخاطبة الأسر بكلمات بسيطة عن مخاطر الرحلة.",
                "should_consider",
            ),
        ),
        points="أبجدهوزحطي",
        number="{}- ",
    ),
    "zh": Words(
        ("导言", "建议", "审议摘要", "通过报告"),
        ("一", "二", "三", "四"),
        ("一般性建议", "关于金融调查的建议"),
        ("A", "B"),
        "建议{}",
        ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"),
        "工作组通过了下列建议：",
        "工作组负责向缔约方会议提供咨询。工作组举行会议的那一年，许多海上路线发生了变化。",
        "一位专题小组成员回顾说，船只越来越小，救援到达时船上很少能找到船员。",
        "工作组在会议最后一天通过了经口头修正的报告。",
        (
            "船只和港口",
            "资金流动",
            "年幼旅客",
            "受训巡逻队",
            "共用工具",
            "调查委托书",
            "公海",
            "援助之手",
            "持续研究",
            "简明文字",
        ),
        (
            (
                "缔约国应当在本国港口登记小型船只，以便在发现漂流船舶时能够找到船主。",
                "should",
            ),
            (
                "缔约国应当根据本国法律，考虑追踪偷运者预先收取的钱款。",
                "should_consider",
            ),
            (
                "鼓励缔约国自救援后第一个小时起，为独自旅行的儿童指定监护人。",
                "encouraged",
            ),
            (
                "鼓励缔约国酌情考虑沿船员白天避开的海岸进行联合巡逻。",
                "encouraged_to_consider",
            ),
            ("邀请缔约国与邻国的实验室分享伪造印章的样本。", "invited"),
            ("促请缔约国在《公约》允许的期限内答复调查委托书。", "urged"),
            ("缔约国不妨指定一个全天接听船舶来电的办事处。", "may_wish"),
            ("请秘书处在具备资源的情况下编写一份关于移民所付价格的文件。", "requested"),
            ("缔约国应当支持大学开展研究，并使检察官了解研究结果。", "should"),
            ("缔约国应当考虑以简明文字向家属说明旅途的危险。", "should_consider"),
        ),
        number="{}. ",
    ),
}
