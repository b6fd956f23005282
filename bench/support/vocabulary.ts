/** The words of the generated market: roots and their things in English, a few of the things in Arabic, and the rest. */

export interface Theme {
  name: string;
  /** One per middle category. */
  things: readonly string[];
  /** Arabic words for the first things, in their order. */
  arabic: readonly string[];
}

const theme = (name: string, things: string, arabic: string): Theme => ({
  name,
  things: things.split(' '),
  arabic: arabic.split(' '),
});

/** Twelve roots of sixteen things each. */
export const THEMES: readonly Theme[] = [
  theme(
    'Electronics',
    'phone laptop tablet camera headphones speaker television monitor printer router keyboard console drone projector smartwatch charger',
    'هاتف حاسوب لوحي كاميرا سماعات مكبر تلفزيون شاشة',
  ),
  theme(
    'Sports',
    'bicycle treadmill kayak tent skateboard racket dumbbell snowboard surfboard helmet backpack rollerblades football goggles wetsuit trampoline',
    'دراجة جهاز قارب خيمة لوح مضرب',
  ),
  theme(
    'Home',
    'sofa table chair lamp bed wardrobe bookshelf mirror carpet curtain desk drawer vase clock mattress cushion',
    'أريكة طاولة كرسي مصباح سرير خزانة مكتبة مرآة سجادة',
  ),
  theme(
    'Kitchen',
    'blender oven refrigerator toaster kettle mixer grill dishwasher microwave juicer pan knife freezer grinder scale thermos',
    'خلاط فرن ثلاجة محمصة غلاية عجانة شواية غسالة',
  ),
  theme(
    'Music',
    'guitar piano violin drum flute trumpet saxophone accordion cello ukulele amplifier microphone turntable synthesizer clarinet harmonica',
    'جيتار بيانو كمان طبلة ناي بوق',
  ),
  theme(
    'Garden',
    'mower greenhouse hammock shovel barbecue hose fountain planter trimmer chainsaw wheelbarrow parasol swing rake composter gazebo',
    'جزازة دفيئة أرجوحة مجرفة',
  ),
  theme(
    'Books',
    'novel cookbook atlas dictionary biography comic textbook encyclopedia magazine manual anthology poetry thriller guidebook songbook almanac',
    'رواية كتاب أطلس قاموس سيرة',
  ),
  theme(
    'Games',
    'chess puzzle dominoes cards dice miniatures boardgame joystick pinball darts billiards foosball arcade roleplay wargame expansion',
    'شطرنج أحجية دومينو أوراق نرد',
  ),
  theme(
    'Tools',
    'drill saw hammer wrench ladder sander compressor generator welder toolbox vise router planer lathe screwdriver jigsaw',
    'مثقاب منشار مطرقة مفتاح سلم',
  ),
  theme(
    'Fashion',
    'jacket dress boots handbag watch sunglasses scarf necklace suit sneakers belt hat ring gloves sweater bracelet',
    'سترة فستان حذاء حقيبة ساعة نظارة وشاح قلادة',
  ),
  theme(
    'Children',
    'stroller crib highchair dollhouse tricycle playpen bouncer carseat blocks costume puppet sandbox slide scooter rattle walker',
    'عربة مهد كرسي بيت',
  ),
  theme(
    'Vehicles',
    'motorcycle scooter trailer tires roofrack caravan engine bumper exhaust dashcam jumpstarter winch saddle moped quad sidecar',
    'نارية سكوتر مقطورة إطارات',
  ),
];

/** One leaf category each, under every thing. */
export const VARIANTS: readonly string[] = (
  'classic vintage professional compact portable electric wireless premium folding wooden outdoor junior racing handmade ' +
  'digital antique industrial lightweight deluxe travel studio rustic modern heavy limited silent smart solar'
).split(' ');

/** Words that say little, common first. */
export const COMMON_WORDS: readonly string[] = (
  'good condition used with original box works well clean barely selling because moving minor scratches includes cable ' +
  'case manual battery never opened gift complete tested family smoke free home pick up shipping possible please ask ' +
  'photos bought last year receipt warranty spare parts black white silver blue red green large small medium'
).split(' ');

/** The same for Arabic descriptions. */
export const ARABIC_WORDS: readonly string[] =
  'مستعمل بحالة ممتازة جديد نظيف للبيع أو للتبادل مع العلبة الأصلية يعمل جيدا خدوش بسيطة أسود أبيض فضي كبير صغير'.split(
    ' ',
  );

/** Pieces of invented brand names. */
export const SYLLABLES: readonly string[] =
  'ka lo mi ter von dra sel pin qua zor be lin fa nex tro vi sha mo rin dal'.split(' ');
